"""What cloud-init makes of what it is given: questions as a JSON list on standard input, answers as one on output."""

import base64
import json
import logging
import os
import subprocess
import sys
import tempfile

from cloudinit import helpers, settings, user_data, util
from cloudinit.net import eni, netplan, network_state
from cloudinit.sources import DataSourceConfigDrive, DataSourceNoCloud, DataSourceOpenStack
from cloudinit.sources.helpers import ec2, openstack

logging.disable(logging.CRITICAL)

# A datasource would put the injected files where they belong: into this machine.
DataSourceConfigDrive.on_first_boot = lambda *args, **kwargs: None
# Whether this machine is a guest of OpenStack's is not the question.
DataSourceOpenStack.detect_openstack = lambda *args, **kwargs: True


def text(value):
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def paths(folder):
    return helpers.Paths({"cloud_dir": folder, "run_dir": folder})


def in_seed(folder, name):
    """A folder in which a datasource finds its seed."""
    root = tempfile.mkdtemp(dir=os.path.dirname(folder))
    os.mkdir(os.path.join(root, "seed"))
    os.symlink(folder, os.path.join(root, "seed", name))
    return root


def shown(source):
    return {
        "found": source._get_data(),
        "version": getattr(source, "version", None),
        "instance": source.get_instance_id(),
        "hostname": getattr(source.get_hostname(), "hostname", None) or source.get_hostname(),
        "keys": source.get_public_ssh_keys(),
        "zone": source.availability_zone,
        "userdata": text(source.get_userdata_raw()),
        "vendordata": source.vendordata_raw,
        "vendordata2": getattr(source, "vendordata2_raw", None),
        "random": len(source.metadata.get("random_seed") or b""),
        "metadata": {key: value for key, value in source.metadata.items() if key != "random_seed"},
    }


def drive(folder):
    source = DataSourceConfigDrive.DataSourceConfigDrive(
        settings.CFG_BUILTIN, None, paths(in_seed(folder, "config_drive"))
    )
    answer = shown(source)
    answer["files"] = {name: text(content) for name, content in source.files.items()}
    answer["network"] = source.network_json
    answer["ec2"] = source.ec2_metadata
    return answer


def service(url):
    config = {**settings.CFG_BUILTIN, "datasource": {"OpenStack": {"metadata_urls": [url], "max_wait": 5, "timeout": 5}}}
    source = DataSourceOpenStack.DataSourceOpenStack(config, None, paths(tempfile.mkdtemp()))
    answer = shown(source)
    answer["network"] = source.network_json
    return answer


def ec2_tree(url, version):
    return {
        "metadata": ec2.get_instance_metadata(version, url, retries=0),
        "userdata": text(ec2.get_instance_userdata(version, url, retries=0)),
    }


def rendered(config):
    state = network_state.parse_net_config_data(config)
    return {
        "netplan": netplan.Renderer({}).render_network_state and netplan.Renderer({})._render_content(state),
        "eni": eni.Renderer()._render_interfaces(state),
    }


def network(data, macs):
    return rendered(openstack.convert_net_json(data, known_macs=macs))


def no_cloud(folder):
    source = DataSourceNoCloud.DataSourceNoCloud(settings.CFG_BUILTIN, None, paths(in_seed(folder, "nocloud")))
    answer = shown(source)
    answer["network"] = source.network_config
    return answer


def netplan_of(config):
    return rendered(config)


def parts(base64_text):
    processed = user_data.UserDataProcessor(paths(tempfile.mkdtemp())).process(base64.b64decode(base64_text))
    return [
        [part.get_content_type(), part.get_filename(), text(util.fully_decoded_payload(part))]
        for part in processed.walk()
        if not part.is_multipart()
    ]


def schema(config):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(config)
        file.flush()
        run = subprocess.run(
            [sys.executable, "/usr/bin/cloud-init", "schema", "--config-file", file.name], capture_output=True, text=True
        )
        return {"valid": run.returncode == 0, "says": (run.stdout + run.stderr).replace(file.name, "FILE")}


VERBS = {
    each.__name__: each for each in (drive, service, ec2_tree, network, no_cloud, netplan_of, parts, schema)
}

answers = [VERBS[verb](*arguments) for verb, *arguments in json.load(sys.stdin)]
json.dump(answers, sys.stdout, default=text)
