import { silentLog } from '@novakit/core'
import { serve, type HttpServer } from '@novakit/http-kit'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { openApi, type Api } from '../support/open-api.ts'
import { uuid } from '../support/world.ts'
import { findClient, startClient, type Client } from './client.ts'

const { python, missing } = await findClient()
const title = 'the commands of python3-osc-placement'

if (python === null) it.skip(`${title} (skipped: ${missing})`, () => undefined)
else {
  describe(title, { timeout: 120_000 }, () => {
    let api: Api
    let server: HttpServer
    let client: Client
    beforeAll(async () => {
      api = await openApi()
      server = await serve(api.handle, { host: '127.0.0.1', port: 0, log: silentLog })
      client = startClient(python, server.url)
    }, 120_000)
    afterAll(async () => {
      client.close()
      await server.close()
      await api.close()
    })
    const host = uuid('host')
    const consumer = uuid('consumer')

    test('make providers, and trees of them', async () => {
      const made = await client.json(`resource provider create host --uuid ${host}`)
      expect(made).toMatchObject({ uuid: host, name: 'host', generation: 0 })
      const child = `--uuid ${uuid('child')} --parent-provider ${host}`
      expect(await client.json(`resource provider create "a child" ${child}`)).toMatchObject({
        root_provider_uuid: host,
        parent_provider_uuid: host,
      })
      const names = await client.json(`resource provider list --in-tree ${uuid('child')}`)
      expect(names.map((each: { name: string }) => each.name).toSorted()).toEqual(['a child', 'host'])
    })

    test('set inventories, traits and aggregates', async () => {
      const all = '--resource VCPU=16 --resource MEMORY_MB=4096 --resource VCPU:allocation_ratio=4.0'
      const set = await client.json(`resource provider inventory set ${host} ${all}`)
      expect(set).toContainEqual(expect.objectContaining({ resource_class: 'VCPU', total: 16, allocation_ratio: 4 }))
      expect((await client.run('resource class set CUSTOM_FPGA')).code).toBe(0)
      await client.json(`resource provider inventory set ${host} --resource CUSTOM_FPGA=1 --amend`)
      await client.json(`resource provider inventory class set ${host} CUSTOM_FPGA --total 2`)
      expect(await client.json(`resource provider inventory show ${host} CUSTOM_FPGA`)).toMatchObject({ total: 2 })
      expect((await client.run('trait create CUSTOM_FAST')).code).toBe(0)
      const traits = await client.json(`resource provider trait set ${host} --trait CUSTOM_FAST --trait HW_CPU_X86_AVX`)
      expect(traits.map((each: { name: string }) => each.name).toSorted()).toEqual(['CUSTOM_FAST', 'HW_CPU_X86_AVX'])
      const { generation } = await client.json(`resource provider show ${host}`)
      const line = `resource provider aggregate set ${host} --aggregate ${uuid('aggregate')} --generation ${generation}`
      expect(await client.json(line)).toEqual([{ uuid: uuid('aggregate') }])
    })

    test('find providers by what they have', async () => {
      const found = async (filter: string) => (await client.json(`resource provider list ${filter}`)).length
      expect(await found('--resource VCPU=64')).toBe(1)
      expect(await found('--resource VCPU=65')).toBe(0)
      expect(await found('--required CUSTOM_FAST')).toBe(1)
      expect(await found('--forbidden CUSTOM_FAST')).toBe(1)
      expect(await found(`--member-of ${uuid('aggregate')}`)).toBe(1)
    })

    test('ask for candidates, claim one, and see the use', async () => {
      const candidates = await client.json('allocation candidate list --resource VCPU=2 --resource MEMORY_MB=512')
      expect(candidates).toEqual([expect.objectContaining({ 'resource provider': host })])
      const claim = `--allocation rp=${host},VCPU=2,MEMORY_MB=512 --project-id p --user-id u --consumer-type INSTANCE`
      const claimed = await client.run(`resource provider allocation set ${consumer} ${claim}`)
      expect(claimed).toMatchObject({ code: 0 })
      expect(await client.json(`resource provider allocation show ${consumer}`)).toEqual([
        expect.objectContaining({ resource_provider: host, resources: { MEMORY_MB: 512, VCPU: 2 } }),
      ])
      const usage = await client.json(`resource provider usage show ${host}`)
      expect(usage).toContainEqual({ resource_class: 'VCPU', usage: 2 })
    })

    test('tell in our words what does not go', async () => {
      const claim = `--allocation rp=${host},VCPU=65 --project-id p --user-id u --consumer-type INSTANCE`
      const full = await client.run(`resource provider allocation set ${uuid('other')} ${claim}`)
      expect(full.code).not.toBe(0)
      expect(full.err).toContain('The requested amount would exceed the capacity.')
      expect((await client.run(`resource provider delete ${uuid('child')}`)).code).toBe(0)
      const used = await client.run(`resource provider delete ${host}`)
      expect(used.err).toContain('Resource provider has allocations.')
    })

    test('give back and delete', async () => {
      for (const line of [
        `resource provider allocation delete ${consumer}`,
        `resource provider inventory delete ${host}`,
        `resource provider trait delete ${host}`,
        `resource provider delete ${host}`,
        'resource class delete CUSTOM_FPGA',
        'trait delete CUSTOM_FAST',
      ]) {
        expect([line, await client.run(line)]).toEqual([line, expect.objectContaining({ code: 0 })])
      }
      expect(await client.json('resource provider list')).toEqual([])
    })
  })
}
