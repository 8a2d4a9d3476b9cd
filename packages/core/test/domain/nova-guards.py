"""Prints the guards of Nova's compute API as JSON, by method, from the decorators in its source. Nothing of it runs.

Usage: nova-guards.py FOLDER, where FOLDER holds the package `nova`.
"""

import ast
import json
import os
import sys

FOLDER = os.path.join(sys.argv[1], 'nova')


def parsed(*path):
    with open(os.path.join(FOLDER, *path)) as source:
        return ast.parse(source.read())


def assigned(body):
    """Name -> expression, of simple assignments."""
    return {
        node.targets[0].id: node.value
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def classes(tree):
    return {node.name: assigned(node.body) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


ENUMS = classes(parsed('objects', 'fields.py'))
MODULES = {
    'vm_states': assigned(parsed('compute', 'vm_states.py').body),
    'task_states': assigned(parsed('compute', 'task_states.py').body),
}
API = parsed('compute', 'api.py')


def value(node, scope):
    """What an expression of constants stands for."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return value(scope[node.id], scope)
    if isinstance(node, (ast.List, ast.Tuple)):
        return [value(one, scope) for one in node.elts]
    if isinstance(node, ast.BinOp):
        return value(node.left, scope) + value(node.right, scope)
    if isinstance(node, ast.Call):
        return value(node.args[0], scope)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = MODULES[node.value.id]
        return value(module[node.attr], module)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        enum = ENUMS[node.value.attr]
        return value(enum[node.attr], enum)
    raise ValueError(ast.dump(node))


def guard_of(function):
    """The guard that a method's decorators make; None where there is none."""
    # Reboots take their lock from the method that calls them.
    guard = {'lock': function.name in ('_soft_reboot', '_hard_reboot'), 'vmStates': None, 'taskStates': [None]}
    named = {}
    for one in function.decorator_list:
        call = one.func if isinstance(one, ast.Call) else one
        named[getattr(call, 'id', '')] = one
    if 'check_instance_lock' in named:
        guard['lock'] = True
    for keyword in getattr(named.get('check_instance_state'), 'keywords', []):
        key = {'vm_state': 'vmStates', 'task_state': 'taskStates'}.get(keyword.arg)
        if key is not None:
            guard[key] = value(keyword.value, assigned(API.body))
    return guard if any(name.startswith('check_instance') for name in named) else None


guards = {}
for node in ast.walk(API):
    found = guard_of(node) if isinstance(node, ast.FunctionDef) else None
    if found is not None:
        guards[node.name] = found
print(json.dumps(guards))
