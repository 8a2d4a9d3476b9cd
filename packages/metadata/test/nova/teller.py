"""What Nova tells guests: servers as a JSON list on standard input, the files of their config drives on output.

Three modules are Nova's own (api/metadata/base, virt/netutils, network/model); what they ask of the rest of Nova is
answered here, from the server that was given.
"""

import base64
import json
import os
import sys
import types


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    parent, _, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, made)
    return made


def package(name):
    module(name).__path__ = [os.path.join(sys.argv[1], *name.split("."))]


class Thing:
    """An object with these members, and no others: Nova asks with `in` which are set."""

    def __init__(self, **members):
        self.__dict__.update(members)

    def __contains__(self, name):
        return name in self.__dict__


class Instance(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name)

    def get_bdms(self):
        return []

    def get_flavor(self):
        return {"name": self["flavor_name"]}

    def obj_to_primitive(self):
        return self

    @staticmethod
    def obj_from_primitive(instance):
        return instance


class Quiet:
    def __getattr__(self, name):
        return lambda *args, **kwargs: None


KINDS = {name: type(name, (Thing,), {}) for name in ("pci", "usb", "scsi", "ide", "xen", "nic", "disk")}
asked = {}

for each in ("nova", "nova.api", "nova.api.metadata", "nova.network", "nova.virt", "oslo_log"):
    package(each)
sys.modules["oslo_log"].__path__ = []
module("oslo_log.log", getLogger=lambda name: Quiet())
module("eventlet")
module("jinja2")
api = Thing(dhcp_domain="novalocal", vendordata_providers=["StaticJSON"], config_drive_skip_versions="")
module("nova.conf", CONF=Thing(api=api, injected_network_template="template"))
module("nova.i18n", _=lambda text: text)
module("nova.exception")
module("nova.thread_pool_factory")
module("nova.context", get_admin_context=lambda: None)
module("nova.api.metadata.password", extract_password=lambda instance: None, handle_password=None)
module("nova.api.metadata.vendordata_json", JsonFileVendorData=lambda: Thing(get=lambda: asked["vendorData"]))
module("nova.api.metadata.vendordata_dynamic", DynamicVendorData=lambda instance: None)
module("nova.block_device", instance_block_mapping=lambda instance, bdms: asked["blockDevices"])
module("nova.network.neutron")
module(
    "nova.network.security_group_api",
    get_instance_security_groups=lambda context, instance: [{"name": name} for name in asked["securityGroups"]],
)
module("nova.objects", Instance=Instance)
module(
    "nova.objects.virt_device_metadata",
    PCIDeviceBus=KINDS["pci"],
    USBDeviceBus=KINDS["usb"],
    SCSIDeviceBus=KINDS["scsi"],
    IDEDeviceBus=KINDS["ide"],
    XenDeviceBus=KINDS["xen"],
    NetworkInterfaceMetadata=KINDS["nic"],
    DiskMetadata=KINDS["disk"],
    ShareMetadata=type("share", (Thing,), {}),
)
module("nova.utils", instance_meta=lambda instance: instance.metadata)

from nova.network import model  # noqa: E402
from nova.virt import netutils  # noqa: E402
from nova.api.metadata import base  # noqa: E402

netutils.get_injected_network_template = lambda network_info: asked["interfacesFile"]
os.urandom = lambda count: base64.b64decode(asked["randomSeed"])


def subnet(ip, floating):
    meta = {}
    if ip["mode"] in ("dhcp", "dhcpv6-stateful", "dhcpv6-stateless"):
        meta["dhcp_server"] = "dhcp"
    if ip["mode"] in ("slaac", "dhcpv6-stateful", "dhcpv6-stateless"):
        meta["ipv6_address_mode"] = ip["mode"]
    fixed = model.FixedIP(address=ip["address"], floating_ips=[])
    for address in floating:
        fixed.add_floating_ip(model.IP(address=address, type="floating"))
    return model.Subnet(
        cidr="%s/%s" % (ip["address"], ip["prefix"]),
        dns=[model.IP(address=address, type="dns") for address in ip["dns"]],
        gateway=model.IP(address=ip["gateway"], type="gateway") if ip["gateway"] else None,
        ips=[fixed],
        routes=[
            model.Route(cidr=route["destination"], gateway=model.IP(address=route["nexthop"])) for route in ip["routes"]
        ],
        **meta,
    )


def vif(nic):
    subnets = [subnet(ip, nic["floatingIps"] if index == 0 else []) for index, ip in enumerate(nic["fixedIps"])]
    network = model.Network(id=nic["network"], subnets=subnets, mtu=nic["mtu"])
    return model.VIF(id=nic["port"], address=nic["mac"], devname=nic["device"], type=nic["vifType"], network=network)


def device(given):
    members = {name: given[name] for name in ("mac", "serial", "path", "vlan") if name in given}
    if given["tags"]:
        members["tags"] = given["tags"]
    if "trusted" in given:
        members["vf_trusted"] = given["trusted"]
    if given["bus"] != "none":
        members["bus"] = KINDS[given["bus"]](address=given["address"])
    return KINDS[given["type"]](**members)


def told(given):
    asked.clear()
    asked.update(given)
    key = given["keys"][0] if given["keys"] else None
    pair = [Thing(name=key["name"], type=key["type"], public_key=key["data"])] if key else []
    network_info = model.NetworkInfo([vif(nic) for nic in given["nics"]])
    instance = Instance(
        uuid=given["server"],
        display_name=given["name"],
        hostname=given["hostname"],
        project_id=given["project"],
        launch_index=given["launchIndex"],
        reservation_id=given["reservation"],
        availability_zone=given["zone"],
        metadata=given["metadata"],
        key_name=key and key["name"],
        key_data=key and key["data"],
        keypairs=pair,
        user_data=given["userData"],
        numa_topology=Thing(cells=[Thing(pcpuset=set(given["dedicatedCpus"]))]),
        ec2_ids=Thing(**given["ec2"]),
        device_metadata=Thing(devices=[device(each) for each in given["devices"]]),
        info_cache=Thing(network_info=network_info),
        flavor_name=given["flavor"],
    )
    content = [(file["path"], base64.b64decode(file["content"])) for file in given["files"]]
    extra = {"admin_pass": given["adminPassword"]} if given["adminPassword"] is not None else None
    metadata = base.InstanceMetadata(instance, content=content, extra_md=extra, network_info=network_info)
    return {
        path: base64.b64encode(data.encode() if isinstance(data, str) else data).decode()
        for path, data in metadata.metadata_for_config_drive()
    }


json.dump([told(given) for given in json.load(sys.stdin)], sys.stdout)
