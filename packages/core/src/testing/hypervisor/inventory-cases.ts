import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import type { Cases } from './cases.ts'
import type { HypervisorHost } from '../../ports/hypervisor.ts'
import type { Inventory } from '../../domain/scheduling/snapshot.ts'
import type { ProviderDeclaration } from '../../domain/placement/provider.ts'
import { capacityOf } from '../../domain/scheduling/snapshot.ts'
import { facetTraits, traitsOfFacets } from '../../ports/hypervisor.ts'

export const inventoryCases = {
  'declares at least one node, each under a name of its own': async ({ host }) => {
    const names = (await host.inventory()).map(({ node }) => node)
    expect(names.length).toBeGreaterThan(0)
    expect(new Set(names).size).toBe(names.length)
  },

  'puts the root provider first and every parent before its children': async ({ host }) => {
    for (const { root, providers } of await host.inventory()) {
      expect(providers[0]).toMatchObject({ id: root, parent: null })
      const known = new Set<string>()
      for (const { id, parent } of providers) {
        if (id !== root) expect(known).toContain(parent)
        known.add(id)
      }
    }
  },

  'gives every provider an id and a name that no other has': async ({ host }) => {
    const providers = (await host.inventory()).flatMap((node) => node.providers)
    expect(new Set(providers.map(({ id }) => id)).size).toBe(providers.length)
    expect(new Set(providers.map(({ name }) => name)).size).toBe(providers.length)
  },

  'declares inventories, classes and traits that placement accepts': async ({ host }) => {
    for (const provider of (await host.inventory()).flatMap((node) => node.providers)) expectWellFormed(provider)
  },

  'keeps all ids the same from call to call and from opening to opening': async (bench) => {
    const before = await idsOf(bench.host)
    expect(await idsOf(bench.host)).toEqual(before)
    await bench.reopen()
    expect(await idsOf(bench.host)).toEqual(before)
  },

  'gives another host other providers': { needs: { peer: true }, run: differentHosts },

  'advertises no trait of a facet that it has not': async ({ host }) => {
    const withheld = new Set(allFacetTraits().filter((trait) => !traitsOfFacets(host).includes(trait)))
    const traits = (await host.inventory()).flatMap(({ providers }) => providers.flatMap((one) => one.traits))
    expect(traits.filter((trait) => withheld.has(trait))).toEqual([])
  },
} satisfies Cases

async function differentHosts(bench: Bench): Promise<void> {
  const here = await idsOf(bench.host)
  const there = await idsOf((await bench.peer()).host)
  expect(here.filter((id) => there.includes(id))).toEqual([])
}

async function idsOf(host: HypervisorHost): Promise<readonly string[]> {
  return (await host.inventory()).flatMap(({ providers }) => providers.map(({ id }) => id))
}

function expectWellFormed({ name, inventories, traits }: ProviderDeclaration): void {
  for (const trait of traits) expect(trait, `trait of ${name}`).toMatch(/^[A-Z0-9_]{1,255}$/)
  for (const [resourceClass, inventory] of Object.entries(inventories)) {
    expect(resourceClass, `resource class of ${name}`).toMatch(/^[A-Z0-9_]{1,255}$/)
    expectSensible(`${resourceClass} of ${name}`, inventory)
  }
}

function expectSensible(what: string, inventory: Inventory): void {
  const { total, reserved, allocationRatio, minUnit, maxUnit, stepSize } = inventory
  for (const whole of [total, reserved, minUnit, maxUnit, stepSize])
    expect(Number.isSafeInteger(whole), what).toBe(true)
  expect(Math.min(total, minUnit, maxUnit, stepSize), what).toBeGreaterThanOrEqual(1)
  expect(reserved, what).toBeGreaterThanOrEqual(0)
  expect(allocationRatio, what).toBeGreaterThan(0)
  expect(minUnit, what).toBeLessThanOrEqual(maxUnit)
  expect(capacityOf(inventory), what).toBeGreaterThanOrEqual(0)
}

/** Every trait that any facet stands for: those of the table, and those that a volume facet adds. */
function allFacetTraits(): readonly string[] {
  const nothing = async (): Promise<never> => Promise.reject(new Error('never called'))
  const volumes = { attach: nothing, detach: nothing, extend: nothing, multiattach: true, tagged: true }
  return [...Object.values(facetTraits).flat(), ...traitsOfFacets({ volumes } as unknown as HypervisorHost)]
}
