/** What goes wrong with one call of a service: nothing is done, or all of it and then an error. */
export interface ServiceFault<Call extends string> {
  readonly call: Call
  readonly when: 'before' | 'after_effect'
  readonly error?: Error
}

/** The faults that calls of one service are about to meet. */
export interface ServiceFaults<Call extends string> {
  /** Does what is asked, unless the call meets a fault. */
  meet<T>(call: Call, work: () => T | Promise<T>): Promise<T>
  /** The next call of that name meets the fault. */
  inject(fault: ServiceFault<Call>): void
  heal(): void
}

/** @param usual what is thrown where a fault does not say */
export function serviceFaults<Call extends string>(usual: () => Error): ServiceFaults<Call> {
  let faults: ServiceFault<Call>[] = []
  return {
    meet: async (call, work) => {
      const fault = faults.find((one) => one.call === call)
      if (fault === undefined) return work()
      faults = faults.filter((one) => one !== fault)
      const effect = fault.when === 'after_effect' ? work() : null
      // What is done at once takes no turn of its own.
      if (effect instanceof Promise) await effect
      throw fault.error ?? usual()
    },
    inject: (fault) => void faults.push(fault),
    heal: () => {
      faults = []
    },
  }
}
