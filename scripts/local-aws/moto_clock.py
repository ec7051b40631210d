"""Has moto tell the time that a request names, so that tests live through weeks.

What a request without that header makes or changes has the time of this machine, as ever.
"""

import threading
from datetime import UTC, datetime, timedelta
from functools import wraps

from moto.core import utils
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.rds.models import RDSBackend

# Milliseconds since 1970.
HEADER = "HTTP_X_LOCAL_NOW"

# RDS starts what was stopped by itself after this.
RDS_SLEEPS = timedelta(days=7)

# EC2 lists the tags of what is gone for a while.
TAGS_STAY = timedelta(hours=1)

told = threading.local()

dispatch = DomainDispatcherApplication.__call__
start = Instance.start
stop_db = RDSBackend.stop_db_instance
stop_cluster = RDSBackend.stop_db_cluster
describe_dbs = RDSBackend.describe_db_instances
describe_clusters = RDSBackend.describe_db_clusters
terminate = EC2Backend.terminate_instances
deregister = EC2Backend.deregister_image
delete_snapshot = EC2Backend.delete_snapshot
describe_tags = EC2Backend.describe_tags


def now() -> datetime:
    return getattr(told, "now", None) or datetime.now(UTC).replace(tzinfo=None)


def told_now():
    from moto_clock import now

    return now()


@wraps(dispatch)
def dispatch_at(self, environ, start_response):
    # A thread answers one request after the other.
    at = environ.get(HEADER)
    told.now = None if at is None else datetime.fromtimestamp(int(at) / 1000, UTC).replace(tzinfo=None)
    return dispatch(self, environ, start_response)


@wraps(start)
def start_as_launch(self):
    if self._state.name != "running":
        self.launch_time = now()
    return start(self)


def gone(backend, resource):
    if not hasattr(backend, "gone"):
        backend.gone = {}
    backend.gone.setdefault(resource, now())


@wraps(terminate)
def terminate_and_forget(self, instance_ids):
    before = terminate(self, instance_ids)
    for instance, _ in before:
        gone(self, instance.id)
    return before


@wraps(deregister)
def deregister_and_forget(self, ami_id):
    deregister(self, ami_id)
    gone(self, ami_id)


@wraps(delete_snapshot)
def delete_snapshot_and_forget(self, snapshot_id):
    snapshot = delete_snapshot(self, snapshot_id)
    gone(self, snapshot_id)
    return snapshot


@wraps(describe_tags)
def describe_tags_that_stay(self, *args, **kwargs):
    for resource, at in list(getattr(self, "gone", {}).items()):
        if now() >= at + TAGS_STAY:
            self.tags.pop(resource, None)
            self.gone.pop(resource)
    return describe_tags(self, *args, **kwargs)


@wraps(stop_db)
def stop_db_for_a_week(self, db_instance_identifier, *args, **kwargs):
    database = stop_db(self, db_instance_identifier, *args, **kwargs)
    database.automatic_restart_time = now() + RDS_SLEEPS
    return database


@wraps(stop_cluster)
def stop_cluster_for_a_week(self, cluster_identifier):
    before = stop_cluster(self, cluster_identifier)
    before.automatic_restart_time = now() + RDS_SLEEPS
    self.clusters[cluster_identifier].automatic_restart_time = before.automatic_restart_time
    return before


def woken(found):
    for one in found:
        wakes = getattr(one, "automatic_restart_time", None)
        if wakes is None:
            continue
        if one.status == "stopped" and now() >= wakes:
            one.status = "available"
        if one.status != "stopped":
            one.automatic_restart_time = None
    return found


@wraps(describe_dbs)
def describe_woken_dbs(self, *args, **kwargs):
    return woken(describe_dbs(self, *args, **kwargs))


@wraps(describe_clusters)
def describe_woken_clusters(self, *args, **kwargs):
    return woken(describe_clusters(self, *args, **kwargs))


def apply() -> None:
    # Everywhere it was imported by its name, so the function itself is changed.
    utils.utcnow.__code__ = told_now.__code__
    DomainDispatcherApplication.__call__ = dispatch_at
    Instance.start = start_as_launch
    EC2Backend.terminate_instances = terminate_and_forget
    EC2Backend.deregister_image = deregister_and_forget
    EC2Backend.delete_snapshot = delete_snapshot_and_forget
    EC2Backend.describe_tags = describe_tags_that_stay
    RDSBackend.stop_db_instance = stop_db_for_a_week
    RDSBackend.stop_db_cluster = stop_cluster_for_a_week
    RDSBackend.describe_db_instances = describe_woken_dbs
    RDSBackend.describe_db_clusters = describe_woken_clusters
