#!/usr/bin/env bash
# Writes one expiry tag on resources that exist already, by ARN or by the value of their environment tag.
#
#   stamp.sh ttl 3d ARN...
#   stamp.sh expires-at 2026-12-01T18:00:00Z --environment pr-123
#
# Stacks and their members are left alone: writing a stack's tags updates it, and its members go with it.
set -euo pipefail

if (($# < 3)) || [[ $3 == --environment && $# -ne 4 ]]; then
  echo "usage: stamp.sh KEY VALUE ARN... | stamp.sh KEY VALUE --environment NAME" >&2
  exit 2
fi
key=$1 value=$2
shift 2

if [[ $1 == --environment ]]; then
  # A member of a stack shows the stack in its tags.
  found=$(aws resourcegroupstaggingapi get-resources --tag-filters "Key=environment,Values=$2" --output text \
    --query "ResourceTagMappingList[?!(Tags[?Key=='aws:cloudformation:stack-id'])].[ResourceARN]")
  mapfile -t arns <<<"$found"
else
  arns=("$@")
fi

batch=()
status=0

write_batch() {
  ((${#batch[@]} > 0)) || return 0
  local failed count
  # The call succeeds even if single resources fail; those are in its answer.
  failed=$(aws resourcegroupstaggingapi tag-resources --resource-arn-list "${batch[@]}" --tags "$key=$value" \
    --query FailedResourcesMap --output json)
  count=$(grep -c '"arn:' <<<"$failed" || true)
  if ((count > 0)); then
    printf 'not stamped: %s\n' "$failed" >&2
    status=4
  fi
  echo "$key=$value: $((${#batch[@]} - count)) of ${#batch[@]} resources stamped"
  batch=()
}

for arn in "${arns[@]}"; do
  case $arn in
    '' | None) continue ;;
    arn:*:cloudformation:*) echo "left alone: $arn (give a stack its tags when it is deployed)" >&2 ;;
    arn:*) batch+=("$arn") ;;
    *) echo "not an ARN: $arn" >&2 && exit 2 ;;
  esac
  # TagResources takes 20 ARNs.
  if ((${#batch[@]} == 20)); then write_batch; fi
done
write_batch
exit "$status"
