import { describe, expect, it } from 'vitest'
import { millis } from '../../src/domain/unit/units.ts'
import type { HypervisorCase } from '../../src/testing/hypervisor.ts'
import { describeHypervisorDriver } from '../../src/testing/hypervisor.ts'
import { sections } from '../../src/testing/hypervisor/all-cases.ts'
import type { Case } from '../../src/testing/hypervisor/cases.ts'
import { tryOut } from '../../src/testing/hypervisor/try-out.ts'
import { flawedDriver, type Flaw } from './flawed-driver.ts'

const cases: Readonly<Record<string, Case>> = Object.assign({}, ...Object.values(sections))
const carryOut = (flaw: Flaw | null, title: HypervisorCase): Promise<string | null> =>
  tryOut({ make: () => flawedDriver(flaw), peer: (driver) => driver, patience: millis(100) }, cases[title] as Case)

/** Each flaw, and a case that must find it. */
const found: Readonly<Record<Flaw, HypervisorCase>> = {
  'ids change': 'keeps all ids the same from call to call and from opening to opening',
  'root comes last': 'puts the root provider first and every parent before its children',
  'one id twice': 'gives every provider an id and a name that no other has',
  'advertises what it cannot': 'advertises no trait of a facet that it has not',
  'total of nothing': 'declares inventories, classes and traits that placement accepts',
  'makes a second guest': 'finds the guest when the same order comes again',
  'ignores powerOn': 'leaves a guest stopped that is not to be powered on',
  'forgets the epoch': 'starts a guest and lists it with its node and epoch',
  'writes into the order': 'starts a guest and lists it with its node and epoch',
  'ignores the signal': 'does nothing for a signal that has aborted',
  'destroys nothing': 'takes a running guest away',
  'destroys everything': 'keeps guests apart',
  'wants a guest to destroy': 'is content with a guest that never was',
  'stays off': 'pulls the plug and puts it back, however often',
  'ignores a graceful shut-down': 'asks a guest to shut down, and has it off when the time given is over',
  'throws plain errors': 'refuses what it is asked of a guest that never was',
  'knows every guest': 'refuses what it is asked of a guest that never was',
  'tells nothing': 'tells when a guest starts and stops',
  'tells those who left': 'tells every listener, and none any more that has left',
  'dates by another clock': 'dates events by the clock that it was given',
  'stops guests when it closes': 'leaves guests running when it closes, and finds them again with their epochs',
  'forgets guests when it closes': 'leaves guests running when it closes, and finds them again with their epochs',
  'pauses nothing': 'pauses and goes on, however often it is asked',
}

describe('the conformance suite of hypervisor drivers', () => {
  it.each(Object.entries(found) as [Flaw, HypervisorCase][])('finds a driver that %s', async (flaw, title) => {
    await expect(carryOut(null, title)).resolves.toBeNull()
    await expect(carryOut(flaw, title)).rejects.toThrow()
  })

  it('finds what is left behind even where the case itself is content', async () => {
    const suite = { make: () => flawedDriver(null), leftovers: () => ['a disk'] }
    await expect(tryOut(suite, cases['takes a running guest away'] as Case)).rejects.toThrow('left over after the case')
  })

  it('says what a host lacks for a case that it cannot be asked', async () => {
    expect(await carryOut(null, 'suspends a guest to disk and resumes it')).toBe('the host has no facet suspend')
  })

  it('has no title twice', () => {
    const titles = Object.values(sections).flatMap((section) => Object.keys(section))
    expect(new Set(titles).size).toBe(titles.length)
  })
})

describeHypervisorDriver('without a flaw', {
  make: () => flawedDriver(null),
  peer: (driver) => driver,
})
