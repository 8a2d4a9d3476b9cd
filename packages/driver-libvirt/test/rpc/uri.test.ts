import { describe, expect, test } from 'vitest'
import { isNovakitError } from '@novakit/core'
import { parseUri } from '../../src/rpc/index.ts'

describe('a libvirt URI', () => {
  test.each([
    ['qemu:///system', 'qemu:///system', { kind: 'unix', path: '/var/run/libvirt/libvirt-sock' }],
    ['qemu+unix:///system?socket=/s/sock', 'qemu:///system', { kind: 'unix', path: '/s/sock' }],
    ['qemu:///session?socket=/s/sock', 'qemu:///session', { kind: 'unix', path: '/s/sock' }],
    ['test:///default', 'test:///default', { kind: 'unix', path: '/var/run/libvirt/libvirt-sock' }],
    ['qemu+tcp://host/system', 'qemu:///system', { kind: 'tcp', host: 'host', port: 16509 }],
    ['qemu+tcp://[::1]:99/system', 'qemu:///system', { kind: 'tcp', host: '::1', port: 99 }],
    ['qemu+tcp:///system', 'qemu:///system', { kind: 'tcp', host: 'localhost', port: 16509 }],
    ['qemu://host/system', 'qemu:///system', { kind: 'tls', host: 'host', port: 16514, pki: null, verify: true }],
    [
      'qemu+tls://user@host:1/system?pkipath=/keys&no_verify=1&other=x',
      'qemu:///system?other=x',
      { kind: 'tls', host: 'host', port: 1, pki: '/keys', verify: false },
    ],
    ['remote+tcp://host/?name=xen:///x', 'xen:///x', { kind: 'tcp', host: 'host', port: 16509 }],
  ])('%s opens %s', (uri, name, endpoint) => {
    expect(parseUri(uri)).toEqual({ name, endpoint })
  })

  test('leads a reader to the read-only socket', () => {
    expect(parseUri('qemu:///system', true).endpoint).toEqual({
      kind: 'unix',
      path: '/var/run/libvirt/libvirt-sock-ro',
    })
  })

  test.each([
    ['', 'not of the form'],
    ['system', 'not of the form'],
    ['qemu+ssh://host/system', 'transport ssh'],
    ['qemu+unix://host/system', 'no host'],
    ['qemu:///session', '?socket='],
    ['qemu+tcp://a b/system', 'well formed'],
    ['qemu+tcp://host:99999/system', 'well formed'],
  ])('%j is refused by its fault', (uri, why) => {
    expect(() => parseUri(uri)).toThrow(why)
  })

  test('does not show its user when it is refused', () => {
    const refused = (): unknown => {
      try {
        return parseUri('qemu+tcp://me:secret@a b/system')
      } catch (error) {
        return error
      }
    }
    expect(isNovakitError(refused())).toBe(true)
    expect(String(refused())).not.toContain('secret')
  })
})
