import { describe, expect, test } from 'vitest'
import { hasCode, isNovakitError, seededRandom } from '@novakit/core'
import { capabilitiesXml, domainXml, readXml, writeXml } from '../../src/xml/index.ts'
import { cases } from './support/cases.ts'

function caught(work: () => unknown): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error
  }
}

/** Milliseconds of CPU that work took, whatever came of it. */
function cpu(work: () => unknown): number {
  const before = process.cpuUsage()
  caught(work)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY lol${at} "${`&lol${at === 0 ? '' : at - 1};`.repeat(10)}">`,
).join('')}]><lolz>&lol8;</lolz>`

describe('S-XML-1, S-XML-2: whatever the hypervisor sends', () => {
  test.each([
    ['an entity bomb', bomb],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><a/>'],
    ['a document type in small letters', '<!doctype a><a/>'],
    ['a document type after a comment', '<!-- --><!DOCTYPE a><a/>'],
    ['a document type within an element', '<a><!DOCTYPE a></a>'],
    ['a stylesheet', '<?xml-stylesheet href="x"?><a/>'],
    ['a program within', '<a><?php echo 1 ?></a>'],
    ['elements without end in one another', '<a>'.repeat(10_000)],
    [
      'elements in one another behind what looks like their end',
      `${"<a b='/>'>".repeat(18_000)}${'</a>'.repeat(18_000)}`,
    ],
    ['elements in one another between ends in comments', `${'<a><!-- /></a> -->'.repeat(9000)}${'</a>'.repeat(9000)}`],
    ['elements in one another between ends in CDATA', `${'<a><![CDATA[</a>]]>'.repeat(9000)}${'</a>'.repeat(9000)}`],
    ['namespaces in one another', `${"<a xmlns:b='c'>".repeat(10_000)}${'</a>'.repeat(10_000)}`],
    ['more elements than any host has CPUs', `<a>${'<b/>'.repeat(60_000)}</a>`],
    ['a thousand elements in one another', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`],
  ])('%s is refused in less than 50 ms of CPU', (_, text) => {
    expect(
      hasCode(
        caught(() => readXml(text)),
        'xml.forbidden',
      ),
    ).toBe(true)
    expect(cpu(() => readXml(text))).toBeLessThan(50)
  })

  test.each([
    ['a million numeric references', `<a>${'&#65;'.repeat(1_000_000)}</a>`],
    ['a long text', `<a>${'x'.repeat(300_000)}</a>`],
  ])('S-XML-4: %s is too large', (_, text) => {
    expect(
      hasCode(
        caught(() => readXml(text)),
        'xml.too_large',
      ),
    ).toBe(true)
    expect(cpu(() => readXml(text))).toBeLessThan(50)
  })

  test.each([
    ['nothing', ''],
    ['a text', 'libvirt'],
    ['an element that is not closed', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['a tag without an end', '<a b="'.repeat(40_000)],
    ['a comment without an end', '<a><!--'.repeat(30_000)],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['an entity that nobody declared', '<a>&nbsp;</a>'],
    ['a prefix that nobody declared', '<x:a/>'],
  ])('%s is no XML', (_, text) => {
    expect(
      hasCode(
        caught(() => readXml(text)),
        'xml.malformed',
      ),
    ).toBe(true)
  })

  test('another document than the one that was asked for is refused', () => {
    expect(
      hasCode(
        caught(() => domainXml.parse('<network><name>n</name></network>')),
        'xml.malformed',
      ),
    ).toBe(true)
  })

  test('what is missing is named', () => {
    const error = caught(() => domainXml.parse("<domain type='qemu'><memory>1</memory><os/></domain>"))
    expect(isNovakitError(error) && error.message).toContain('domain has not an element name')
  })

  test('what is unknown is passed over', () => {
    const text = `<domain type='qemu'><name>n</name><memory unit='MiB'>2</memory><surprise><x/></surprise>
      <os><type>hvm</type></os><devices><disk type='novel'><target dev='vda'/></disk></devices></domain>`
    expect(domainXml.parse(text)).toMatchObject({ name: 'n', memory: 2048, devices: { disks: [{ type: 'novel' }] } })
  })

  test.each([
    ["<memory unit='GiB'>1</memory>", 1_048_576],
    ["<memory unit='b'>1025</memory>", 2],
    ["<memory unit='MB'>1</memory>", 977],
    ['<memory>7</memory>', 7],
  ])('%s is read in KiB', (memory, kib) => {
    const text = `<domain type='qemu'><name>n</name>${memory}<os><type>hvm</type></os></domain>`
    expect(domainXml.parse(text).memory).toBe(kib)
  })
})

describe('what is written', () => {
  const domain = (name: string) =>
    domainXml.build({ type: 'qemu', name, memory: 1, os: { type: { name: 'hvm' } }, description: name })

  test('says every character that XML has, and no markup of its own', () => {
    const name = `'"<>&]]>\t\n\r é \u{1f600} <!DOCTYPE x>`
    expect(readXml(domain(name)).children.slice(0, 2)).toMatchObject([{ children: [name] }, { children: [name] }])
  })

  test.each([
    ['NUL', '\0'],
    ['a bell', '\x07'],
    ['a form feed', '\f'],
    ['half a pair', '\ud800'],
    ['the other half', 'a\udc00'],
    ['a non-character', '\ufffe'],
  ])('has no %s: it is refused before anything is sent', (_, letter) => {
    const inText = caught(() => domain(`x${letter}`))
    const inAttribute = caught(() => writeXml({ name: 'a', attributes: { b: letter }, children: [] }))
    expect(hasCode(inText, 'xml.unwritable') && hasCode(inAttribute, 'xml.unwritable')).toBe(true)
  })

  test.each(['', 'a b', 'a>', '1a', 'a:b:c', 'é'])('has no name %j', (name) => {
    expect(
      hasCode(
        caught(() => writeXml({ name, attributes: {}, children: [] })),
        'xml.unwritable',
      ),
    ).toBe(true)
    expect(
      hasCode(
        caught(() => writeXml({ name: 'a', attributes: { [name]: '' }, children: [] })),
        'xml.unwritable',
      ),
    ).toBe(true)
  })

  test('S-XML-4: is never larger than 256 KiB', () => {
    expect(
      hasCode(
        caught(() => domain('x'.repeat(300_000))),
        'xml.too_large',
      ),
    ).toBe(true)
  })

  test('S-HOST-2: says nothing of the host: the serial is what the guest was given', () => {
    const { value } = cases['domain-plain'] ?? expect.fail('there is such a case')
    const { sysinfo, uuid } = value as ReturnType<typeof domainXml.parse>
    expect(sysinfo?.type === 'smbios' && sysinfo.system?.find(({ name }) => name === 'serial')?.value).toBe(uuid)
  })
})

describe('a reader of hostile XML', () => {
  const long = process.env['NOVAKIT_LONG'] === '1'

  test(
    `takes ${long ? 'a million' : 'five thousand'} mutated documents without a crash or a hang`,
    () => {
      const random = seededRandom('xml')
      const documents = Object.values(cases).map(({ document, value }) => ({
        document,
        text: document.build(value as never),
      }))
      const pieces = [
        '<',
        '>',
        '&',
        ';',
        "'",
        '/',
        '<a>',
        '</a>',
        '&#0;',
        '&#x41;',
        '<!--',
        ']]>',
        '<![CDATA[',
        '\0',
        ' ',
        '-1',
      ]
      const runs = long ? 1_000_000 : 5000
      let slowest = 0
      for (let run = 0; run < runs; run++) {
        const { document, text } = documents[random.below(documents.length)] ?? expect.fail('there are documents')
        let mutated = text
        for (let change = 0; change <= random.below(3); change++) {
          const at = random.below(mutated.length)
          const until = at + random.below(random.below(2) === 0 ? 3 : 60)
          mutated = mutated.slice(0, at) + (pieces[random.below(pieces.length)] ?? '') + mutated.slice(until)
        }
        const began = performance.now()
        const thrown = caught(() => document.parse(mutated))
        slowest = Math.max(slowest, performance.now() - began)
        if (thrown !== null && !isNovakitError(thrown)) expect.fail(`${String((thrown as Error).stack)}\n${mutated}`)
      }
      expect(slowest).toBeLessThan(2000)
    },
    3 * 3_600_000,
  )
})

describe('a document of the host', () => {
  test('may be larger than one of a guest', () => {
    const cpus = Array.from(
      { length: 8000 },
      (_, id) => `<cpu id='${id}' socket_id='0' core_id='${id}' siblings='${id}'/>`,
    )
    const text = `<capabilities><host><cpu><arch>x86_64</arch></cpu><topology><cells num='1'><cell id='0'>
      <memory unit='KiB'>1</memory><cpus num='8000'>${cpus.join('')}</cpus></cell></cells></topology></host></capabilities>`
    expect(text.length).toBeGreaterThan(256 * 1024)
    expect(capabilitiesXml.parse(text).host.topology?.[0]?.cpus).toHaveLength(8000)
  })
})
