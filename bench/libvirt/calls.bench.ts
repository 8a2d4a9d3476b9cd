import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { freshRandom, id, silentLog, systemClock, systemIds, volatileHostMemory } from '@novakit/core'
import { libvirtDriver } from '@novakit/driver-libvirt'
import { libvirt, type Domain, type LibvirtClient } from '@novakit/driver-libvirt/client'

interface Workload {
  readonly about: string
  readonly seconds: number
  readonly virshCalls: number
  readonly domains: number
}

const run_ = promisify(execFile)
const server = path.join(import.meta.dirname, '../../tools/servers/libvirtd')

/** Our calls and virsh's, one after the other on the same daemon, and a thousand domains with their states. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/libvirt-calls.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nk-lv-bench-'))
  await run_(server, ['start', folder], { env: { ...process.env, NOVAKIT_LIBVIRTD_DRIVERS: 'none' } })
  try {
    console.log(load.about)
    const uri = `?socket=${folder}/sock/libvirt-sock`
    await using client = await libvirt({ uri: `test+unix:///default${uri}` }).connect()
    const dom = await client.domainLookupByName({ name: 'test' })
    const one = await oneByOne(client, dom, load.seconds)
    const five = await together(client, dom, load.seconds)
    const virsh = await virshRate(`test+unix:///default${uri}`, load.virshCalls)
    console.log(
      `one by one        ${one.rate.toFixed(0).padStart(7)} calls/s, half of them under ${one.median.toFixed(3)} ms,`,
    )
    console.log(`                  99 of 100 under ${one.late.toFixed(3)} ms`)
    console.log(`five in flight    ${five.toFixed(0).padStart(7)} calls/s`)
    console.log(
      `a virsh each      ${virsh.toFixed(1).padStart(7)} calls/s: ${(one.rate / virsh).toFixed(0)} and ${(five / virsh).toFixed(0)} times slower`,
    )
    await thousand(client, `test+unix:///default${uri}`, folder, load.domains)
  } finally {
    await run_(server, ['stop', folder])
    await rm(folder, { recursive: true, force: true })
  }
}

async function oneByOne(client: LibvirtClient, dom: Domain, seconds: number) {
  const spans: number[] = []
  const until = performance.now() + seconds * 1000
  for (let at = performance.now(); at < until;) {
    await client.domainGetState({ dom })
    const now = performance.now()
    spans.push(now - at)
    at = now
  }
  spans.sort((a, b) => a - b)
  const share = (part: number) => spans[Math.floor(spans.length * part)] ?? 0
  return { rate: spans.length / seconds, median: share(0.5), late: share(0.99) }
}

async function together(client: LibvirtClient, dom: Domain, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  let calls = 0
  const worker = async (): Promise<void> => {
    for (; performance.now() < until; calls++) await client.domainGetState({ dom })
  }
  await Promise.all(Array.from({ length: 5 }, worker))
  return calls / seconds
}

async function virshRate(uri: string, calls: number): Promise<number> {
  const began = performance.now()
  for (let call = 0; call < calls; call++) await run_('virsh', ['-q', '-c', uri, 'domstate', 'test'])
  return (calls / (performance.now() - began)) * 1000
}

/** Guests of ours, made by their definitions alone, so that the driver lists them with states and fencing tokens. */
async function thousand(client: LibvirtClient, uri: string, folder: string, count: number): Promise<void> {
  const xml = (uuid: string) =>
    `<domain type='test'><name>instance-${uuid}</name><uuid>${uuid}</uuid><metadata>` +
    `<novakit:guest xmlns:novakit='urn:novakit:guest:1' epoch='1'/></metadata>` +
    `<memory>1024</memory><os><type>hvm</type></os></domain>`
  await Promise.all(Array.from({ length: count }, () => client.domainCreateXml({ xml: xml(systemIds.uuid()) })))
  const began = performance.now()
  const domains = await client.connectListAllDomains()
  const listed = performance.now()
  await Promise.all(domains.map((dom) => client.domainGetState({ dom })))
  const each = performance.now()
  await client.connectGetAllDomainStats({ domains: [], stats: 1 })
  const bulk = performance.now()
  console.log(
    `${domains.length} domains listed in ${(listed - began).toFixed(0)} ms; their states by a call each in ` +
      `${(each - listed).toFixed(0)} ms, by one call for all in ${(bulk - each).toFixed(0)} ms`,
  )
  const host = await libvirtDriver({ uri, folder: path.join(folder, 'guests') }).open({
    host: id('bench'),
    clock: systemClock,
    random: freshRandom(),
    ids: systemIds,
    log: silentLog,
    memory: volatileHostMemory(),
  })
  const spans: number[] = []
  for (let time = 0; time < 5; time++) {
    const start = performance.now()
    const guests = await host.list()
    if (guests.length !== count) throw new Error(`${guests.length} guests of ${count} were listed`)
    spans.push(performance.now() - start)
  }
  await host.close()
  const shown = spans.map((span) => span.toFixed(0)).join(', ')
  console.log(`the driver's list of ${count} guests, with states and epochs, five times: ${shown} ms`)
}
