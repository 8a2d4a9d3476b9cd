# Nova's own filters and weighers over worlds given as JSON, one a line; one line of answers for each.
# Run by nova.test.ts with Debian's python3-nova (26.2.2) installed. Nothing of Nova is started.
import json
import sys

from oslo_config import cfg

from nova import context
from nova import objects
from nova.objects import fields
from nova.objects import numa as numa_objects
from nova.pci import stats as pci_stats
from nova.scheduler import host_manager
from nova.scheduler import weights as scheduler_weights
from nova.scheduler.filters import (
    affinity_filter, aggregate_image_properties_isolation, aggregate_instance_extra_specs,
    aggregate_multitenancy_isolation, all_hosts_filter, availability_zone_filter, compute_capabilities_filter,
    compute_filter, image_props_filter, io_ops_filter, json_filter, num_instances_filter, numa_topology_filter,
    pci_passthrough_filter, type_filter)
from nova.scheduler.weights import affinity, compute, cpu, disk, io_ops, pci, ram
from nova.virt import hardware

cfg.CONF([], project='nova', default_config_files=[])
objects.register_all()

MODULES = [affinity_filter, aggregate_image_properties_isolation, aggregate_instance_extra_specs,
           aggregate_multitenancy_isolation, all_hosts_filter, availability_zone_filter, compute_capabilities_filter,
           compute_filter, image_props_filter, io_ops_filter, json_filter, num_instances_filter,
           numa_topology_filter, pci_passthrough_filter, type_filter]
WEIGHERS = {
    'RAMWeigher': ram.RAMWeigher, 'CPUWeigher': cpu.CPUWeigher, 'DiskWeigher': disk.DiskWeigher,
    'IoOpsWeigher': io_ops.IoOpsWeigher, 'PCIWeigher': pci.PCIWeigher,
    'BuildFailureWeigher': compute.BuildFailureWeigher,
    'ServerGroupSoftAffinityWeigher': affinity.ServerGroupSoftAffinityWeigher,
    'ServerGroupSoftAntiAffinityWeigher': affinity.ServerGroupSoftAntiAffinityWeigher,
}


class Heartbeats:
    def service_is_up(self, service):
        return service['up']


def filter_named(name):
    for module in MODULES:
        if hasattr(module, name):
            made = getattr(module, name)()
            if name == 'ComputeFilter':
                made.servicegroup_api = Heartbeats()
            return made
    raise KeyError(name)


def topology_of(cells):
    return objects.NUMATopology(cells=[
        objects.NUMACell(
            id=cell['id'], cpuset=set(cell['shared']), pcpuset=set(cell['dedicated']), memory=cell['memory'],
            cpu_usage=cell['sharedUsed'], memory_usage=cell['memoryUsed'], pinned_cpus=set(cell['pinned']),
            siblings=[set(core) for core in cell['siblings']], socket=cell['socket'],
            mempages=[objects.NUMAPagesTopology(size_kb=each['size'], total=each['total'], used=each['used'],
                                                reserved=each['reserved']) for each in cell['pages']])
        for cell in cells])


def host_of(given):
    state = host_manager.HostState(given['host'], given['node'], given['cell'])
    for key, value in given['attributes'].items():
        setattr(state, key, value)
    state.service = {'disabled': not given['enabled'], 'up': given['up'], 'host': given['host'],
                     'disabled_reason': None}
    state.instances = {uuid: objects.Instance(uuid=uuid) for uuid in given['servers']}
    state.aggregates = [objects.Aggregate(id=at, name=str(at), metadata=each, hosts=[given['host']])
                        for at, each in enumerate(given['aggregates'])]
    state.metrics = objects.MonitorMetricList(objects=[])
    state.stats = {}
    state.limits = {}
    state.numa_topology = None if given['numa'] is None else topology_of(given['numa'])
    pools = None if given['pci'] is None else objects.PciDevicePoolList(objects=[])
    state.pci_stats = pci_stats.PciDeviceStats(state.numa_topology, stats=pools)
    state.pci_stats.pools = [] if given['pci'] is None else [
        {'count': each['count'], 'numa_node': each['numaNode'], **each['tags']} for each in given['pci']]
    return state


def spec_of(given):
    flavor = objects.Flavor(name=given['flavor'], vcpus=given['vcpus'], memory_mb=given['memory'],
                            root_gb=given['disk'], ephemeral_gb=0, swap=0, extra_specs=given['extraSpecs'])
    image = objects.ImageMeta.from_dict({'id': 'i', 'properties': given['properties']})
    group = given['group']
    if group is not None:
        group = objects.InstanceGroup(policy=group['policy'], policies=[group['policy']], members=group['members'], hosts=group['hosts'],
                                      rules={'max_server_per_host': group['max']})
    requests = objects.InstancePCIRequests(requests=[
        objects.InstancePCIRequest(count=each['count'], spec=each['specs'], numa_policy=each['policy'] or 'legacy',
                                   request_id='6b2b1c1e-8f0e-4c39-9d56-57dcb5a4e7f%d' % at)
        for at, each in enumerate(given['devices'])])
    try:
        topology = hardware.numa_get_constraints(flavor, image)
    except Exception as error:
        return None, type(error).__name__
    return objects.RequestSpec(
        context=context.get_admin_context(), project_id=given['project'], flavor=flavor, image=image,
        availability_zone=given['zone'], instance_group=group, instance_uuid=given['server'],
        scheduler_hints=given['hints'], numa_topology=topology, pci_requests=requests, num_instances=1,
        is_bfv=False, ignore_hosts=None, force_hosts=None, force_nodes=None), None


def answer(world):
    spec, conflict = spec_of(world['request'])
    if spec is None:
        return {'conflict': conflict}
    survivors = {}
    for name in world['filters']:
        made = filter_named(name)
        survivors[name] = [given['node'] for given in world['hosts'] if made.host_passes(host_of(given), spec)]
    weighed = scheduler_weights.HostWeightHandler().get_weighed_objects(
        [WEIGHERS[name]() for name in world['weighers']], [host_of(given) for given in world['hosts']], spec)
    return {'survivors': survivors, 'weights': {each.obj.nodename: each.weight for each in weighed}}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
