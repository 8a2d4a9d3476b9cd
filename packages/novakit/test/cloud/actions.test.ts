import { expect, test } from 'vitest'
import { fakeDriver } from '@novakit/driver-fake'
import { staticImages } from '@novakit/local-services'
import { boot, node, operator, startCloud, tenant } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'

const oneHost = () => startCloud({ hosts: { n1: fakeDriver(node) } })

test('a server is stopped and started, paused and unpaused, suspended and resumed, rescued and unrescued', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  await servers.stop(id)
  expect(await servers.until(id, 'stopped')).toMatchObject({ status: 'SHUTOFF', powerState: 'shutdown' })
  await servers.start(id)
  expect(await servers.until(id, 'active')).toMatchObject({ status: 'ACTIVE', powerState: 'running' })
  await servers.pause(id)
  await servers.until(id, 'paused')
  await servers.unpause(id)
  await servers.until(id, 'active')
  await servers.suspend(id)
  await servers.until(id, 'suspended')
  await servers.resume(id)
  await servers.until(id, 'active')
  const { adminPassword } = await servers.rescue(id)
  expect(adminPassword.length).toBeGreaterThanOrEqual(12)
  await servers.until(id, 'rescued')
  await servers.unrescue(id)
  await servers.until(id, 'active')
  const actions = await servers.actions(id)
  expect(actions.toReversed().map(({ action, result }) => `${action} ${result}`)).toEqual(
    ['create', 'stop', 'start', 'pause', 'unpause', 'suspend', 'resume', 'rescue', 'unrescue'].map(
      (one) => `${one} success`,
    ),
  )
})

test('a rebuilt server has what was given, and keeps the rest', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud), { metadata: { old: '1' } })
  const { adminPassword } = await servers.rebuild(id, { name: 'anew', description: 'once more' })
  expect(adminPassword.length).toBeGreaterThanOrEqual(12)
  expect(await servers.until(id, 'active')).toMatchObject({
    name: 'anew',
    description: 'once more',
    metadata: { old: '1' },
  })
  expect(await servers.rebuild(id, { adminPassword: 'as I say' })).toEqual({ adminPassword: 'as I say' })
  await servers.until(id, 'active')
  expect(await codeOf(servers.rebuild(id, { image: 'no-such' }))).toBe('image.not_found')
  expect(await codeOf(servers.rebuild(id, { keyName: 'no-such' }))).toBe('key_pair.not_found')
  expect(await servers.get(id)).toMatchObject({ status: 'ACTIVE', taskState: null })
})

test('a server is not rebuilt from an image that its host must not have, and is what it was', async () => {
  const plain = { id: 'plain', name: 'plain' }
  const other = { id: 'other', name: 'other', properties: { hw_architecture: 'ppc64le' } }
  const cloud = await startCloud({ hosts: { n1: fakeDriver(node) }, images: staticImages([plain, other]) })
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud), { image: 'plain' })
  await servers.rebuild(id, { image: 'other', name: 'anew' })
  await expect.poll(async () => (await servers.actions(id))[0]?.result).toBe('error')
  expect(await servers.get(id)).toMatchObject({ name: 'web', image: 'plain', status: 'ACTIVE', taskState: null })
  await servers.rebuild(id, { image: 'plain', name: 'anew' })
  expect(await servers.until(id, 'active')).toMatchObject({ name: 'anew', image: 'plain' })
})

test('an action from a state that does not allow it is refused, and says which state it is', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  expect(await errorOf(servers.start(id))).toMatchObject({
    code: 'server.wrong_state',
    kind: 'conflict',
    message: expect.stringMatching(/cannot start while it is active/),
  })
  await servers.pause(id)
  await servers.until(id, 'paused')
  for (const act of [servers.pause(id), servers.suspend(id), servers.stop(id), servers.rescue(id)]) {
    expect(await codeOf(act)).toBe('server.wrong_state')
  }
})

test('of a hundred that pause a server at one time one is heard', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () =>
      servers.pause(id).then(
        () => 'accepted',
        (error: unknown) => (error as { code: string }).code,
      ),
    ),
  )
  expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(1)
  expect(new Set(outcomes)).toEqual(new Set(['accepted', 'server.wrong_state']))
  await servers.until(id, 'paused')
})

test('a locked server refuses its owner, and what an operator locked only an operator unlocks', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const admin = operator(cloud, 'another').servers
  const { id } = await boot(tenant(cloud))
  await servers.lock(id, { reason: 'do not touch' })
  expect(await servers.get(id)).toMatchObject({ locked: true, lockedReason: 'do not touch' })
  expect(await codeOf(servers.stop(id))).toBe('server.locked')
  expect(await codeOf(servers.setMetadata(id, { a: '1' }))).toBe('server.locked')
  await servers.unlock(id)
  await admin.lock(id, { reason: 'under investigation' })
  await servers.lock(id, { reason: 'mine' })
  expect(await servers.get(id)).toMatchObject({ lockedReason: 'under investigation' })
  expect(await codeOf(servers.unlock(id))).toBe('policy.forbidden')
  await admin.stop(id)
  await admin.unlock(id)
  await servers.until(id, 'stopped')
  expect(await servers.get(id)).toMatchObject({ locked: false, lockedReason: null })
})

test('what is said of a server changes at once; too much or nonsense is refused', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  await servers.update(id, { name: 'shop', description: null })
  expect(await servers.setMetadata(id, { a: '1', b: '2' })).toEqual({ a: '1', b: '2' })
  expect(await servers.setMetadata(id, { a: null, c: '3' })).toEqual({ b: '2', c: '3' })
  await servers.setTags(id, ['blue', 'blue', 'green'])
  expect(await servers.get(id)).toMatchObject({ name: 'shop', metadata: { b: '2', c: '3' }, tags: ['blue', 'green'] })
  const many = Object.fromEntries(Array.from({ length: 127 }, (_, index) => [`key-${index}`, 'x']))
  expect(await codeOf(servers.setMetadata(id, many))).toBe('quota.exceeded')
  expect(await codeOf(servers.update(id, { name: 'a\u0000b' }))).toBe('server.invalid')
  expect(await codeOf(servers.update(id, { nme: 'x' } as never))).toBe('server.invalid')
  expect(await codeOf(servers.setTags(id, ['a,b']))).toBe('server.invalid')
  expect(await codeOf(servers.stop(id, { graceful: -1 }))).toBe('server.invalid')
  expect(await codeOf(servers.reboot(id, { type: 'firm' } as never))).toBe('server.invalid')
  expect(await codeOf(servers.changePassword(id, ''))).toBe('server.invalid')
  expect(await codeOf(servers.lock(id, { reason: '\u0007' }))).toBe('server.invalid')
})

test('nobody acts on another project’s server, or above his rights', async () => {
  const cloud = await oneHost()
  const { id } = await boot(tenant(cloud))
  const stranger = tenant(cloud, 'other').servers
  for (const act of [stranger.stop(id), stranger.lock(id), stranger.rebuild(id), stranger.setTags(id, [])]) {
    expect(await codeOf(act)).toBe('server.not_found')
  }
  expect(await codeOf(tenant(cloud).servers.resetState(id, 'error'))).toBe('policy.forbidden')
  expect(await codeOf(tenant(cloud).servers.evacuate(id))).toBe('policy.forbidden')
  const reader = cloud.as({ project: 'demo', user: 'r', roles: ['reader'] }).servers
  expect(await codeOf(reader.stop(id))).toBe('policy.forbidden')
  await operator(cloud).servers.resetState(id, 'error')
  expect(await tenant(cloud).servers.get(id)).toMatchObject({
    status: 'ERROR',
    fault: { code: 'server.reset_to_error' },
  })
})

test('an action that the hypervisor cannot do leaves the server as it was, with the reason in its history', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, facets: [] }) } })
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  await servers.pause(id)
  await expect.poll(async () => (await servers.actions(id))[0]?.result).toBe('error')
  expect(await servers.get(id)).toMatchObject({ status: 'ACTIVE', taskState: null, powerState: 'running' })
  expect((await servers.actions(id))[0]?.message).toMatch(/cannot pause a guest/)
})

test('the end of a console is shown to its project, and diagnostics to operators', async () => {
  const cloud = await oneHost()
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  expect(await servers.consoleOutput(id)).toMatch(/fake guest .*\n[^]*login: $/)
  expect(await servers.consoleOutput(id, { lines: 1 })).toMatch(/^web login: $/)
  expect(await servers.consoleOutput(id, { lines: 0 })).toBe('')
  expect(await codeOf(servers.consoleOutput(id, { lines: -1 }))).toBe('server.invalid')
  expect(await codeOf(servers.diagnostics(id))).toBe('policy.forbidden')
  expect(await operator(cloud).servers.diagnostics(id)).toMatchObject({ power: 'running' })
  expect(await codeOf(tenant(cloud, 'other').servers.consoleOutput(id))).toBe('server.not_found')
})

test('what a hypervisor cannot show is refused in words', async () => {
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, facets: [] }) } })
  const { servers } = tenant(cloud)
  const { id } = await boot(tenant(cloud))
  expect(await errorOf(servers.consoleOutput(id))).toMatchObject({
    code: 'host.unsupported',
    message: expect.stringMatching(/cannot show the console/),
  })
})
