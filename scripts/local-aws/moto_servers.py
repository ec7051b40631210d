"""Has moto keep and bring back servers as AWS does, where copies and restores depend on it.

moto makes an image of one empty disk, whatever the server has, forgets what is said about network interfaces and client
tokens, and keeps the automated backups of a cluster that is gone. What it is too kind about stays as it is: everything
is done at once.
"""

from copy import copy
from functools import wraps

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.instances import Instance
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces
from moto.rds.models import RDSBackend

# What moto takes for the token of a call that has none.
NO_TOKEN = "ABCDE"

one_disk = Ami.block_device_mappings
create_image = EC2Backend.create_image
run_instances = EC2Backend.run_instances
prep_nics = Instance.prep_nics
terminate = Instance.terminate
delete_cluster = RDSBackend.delete_db_cluster
modify_interface = ElasticNetworkInterfaces.modify_network_interface_attribute


@wraps(create_image)
def image_of_all_disks(self, instance_id, name, *args, **kwargs):
    if any(image.name == name for image in self.amis.values()):
        raise EC2ClientError("InvalidAMIName.Duplicate", f"AMI name {name} is already in use")
    image = create_image(self, instance_id, name, *args, **kwargs)
    description = image.ebs_snapshot.description
    self.snapshots.pop(image.ebs_snapshot.id)
    instance = self.get_instance(instance_id)
    image.root_device_name = instance.root_device_name
    image.disks = [disk_of(self, image, device, held, description) for device, held in instance.get_block_device_mapping]
    return image


def disk_of(backend, image, device, held, description):
    volume = backend.get_volume(held.volume_id)
    snapshot = backend.create_snapshot(volume.id, description, image.owner_id, from_ami=image.id)
    ebs = {
        "SnapshotId": snapshot.id,
        "VolumeSize": volume.size,
        "VolumeType": volume.volume_type,
        "DeleteOnTermination": held.delete_on_termination,
    }
    return {"DeviceName": device, "Ebs": ebs}


def disks_of(self):
    return getattr(self, "disks", None) or one_disk.fget(self)


@wraps(run_instances)
def run_once(self, image_id, *args, **kwargs):
    token = kwargs.get("client_token")
    for reservation in self.reservations.values():
        if token not in (None, NO_TOKEN) and any(one.client_token == token for one in reservation.instances):
            return reservation
    image = self.amis.get(image_id)
    if "block_device_mappings" not in kwargs and hasattr(image, "disks"):
        kwargs["block_device_mappings"] = image.disks
    return run_instances(self, image_id, *args, **kwargs)


@wraps(modify_interface)
def modify_interface_and_attachment(self):
    attachment = self._get_param("Attachment", {})
    if "DeleteOnTermination" in attachment:
        goes = str(attachment["DeleteOnTermination"]).lower() == "true"
        self.ec2_backend.get_network_interface(self._get_param("NetworkInterfaceId")).delete_on_termination = goes
    return modify_interface(self)


@wraps(prep_nics)
def interfaces_that_go_along(self, nic_spec, *args, **kwargs):
    # What a server is born with goes with it, unless something else is said.
    told = {int(nic["DeviceIndex"]) for nic in nic_spec if "NetworkInterfaceId" in nic or "DeleteOnTermination" in nic}
    prep_nics(self, nic_spec, *args, **kwargs)
    for index, nic in self.nics.items():
        if index not in told:
            nic.delete_on_termination = True


@wraps(terminate)
def terminate_and_let_go(self):
    # One refused id fails a call that has terminated others by then, and they are asked for again.
    if self._state.name == "terminated":
        return copy(self._state)
    before = terminate(self)
    staying = [nic for nic in self.nics.values() if not nic.delete_on_termination]
    for nic in staying:
        nic.instance = nic.attachment_id = nic.attach_time = None
        nic.status = "available"
    for address in self.ec2_backend.addresses:
        if address.instance is self:
            address.instance = None
            if address.eni not in staying:
                address.eni = address.association_id = None
    return before


@wraps(delete_cluster)
def delete_cluster_with_backups(self, cluster_identifier, *args, **kwargs):
    deleted = delete_cluster(self, cluster_identifier, *args, **kwargs)
    for name in [name for name in self.cluster_snapshots if name.startswith(f"rds:{cluster_identifier}-")]:
        self.cluster_snapshots.pop(name)
    return deleted


def apply() -> None:
    RDSBackend.delete_db_cluster = delete_cluster_with_backups
    Instance.prep_nics = interfaces_that_go_along
    Instance.terminate = terminate_and_let_go
    Ami.block_device_mappings = property(disks_of)
    EC2Backend.create_image = image_of_all_disks
    EC2Backend.run_instances = run_once
    ElasticNetworkInterfaces.modify_network_interface_attribute = modify_interface_and_attachment
