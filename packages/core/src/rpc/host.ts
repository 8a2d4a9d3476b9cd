import { z } from 'zod'
import type { Address } from '../ports/transport.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Contract, Method } from './contract.ts'
import type { Answers, Question } from './questions.ts'
import type { HostName } from '../domain/ids.ts'
import { command } from './schemas.ts'
import { answer, question } from './questions.ts'
import { defineContract } from './contract.ts'
import { seconds } from '../domain/unit/units.ts'

export const hostAddress = (host: HostName): Address => `host/${host}`

type HostMethods = {
  /**
   * Orders one thing of a host's agent. `taken` says that it is under way or was done before; the result comes as a
   * report. A command of an older epoch than the agent has seen for the server is not taken.
   */
  readonly command: Method<Command, { taken: boolean }>
  /** Asks about a guest. Answered at once, whatever is being done to it; it changes nothing. */
  readonly ask: Method<Question, Answers[keyof Answers]>
}

/** What conductors ask of agents. */
export const hostContract: Contract<HostMethods> = defineContract('host', {
  command: { version: 1, request: command, reply: z.object({ taken: z.boolean() }), timeout: seconds(10) },
  ask: { version: 1, request: question, reply: answer, timeout: seconds(20) },
})
