import { describe, expect, it } from 'vitest'
import type { WriterConnection } from '../../src/storage/sqlite/batch.ts'
import { groupCommit } from '../../src/storage/sqlite/group-commit.ts'

/** Notes what is executed, and fails where it is told to. */
function connectionThat(
  fail: (sql: string) => void = () => undefined,
): WriterConnection & { log: string[]; lose(): void } {
  const log: string[] = []
  let isTransaction = false
  return {
    log,
    get isTransaction() {
      return isTransaction
    },
    exec: (sql) => {
      log.push(sql)
      fail(sql)
      if (sql === 'begin immediate') isTransaction = true
      if (sql === 'commit' || sql === 'rollback') isTransaction = false
    },
    lose: () => {
      isTransaction = false
    },
  }
}

const JOIN = 'savepoint novakit_member'
const LEAVE = 'release novakit_member'
const UNDO = ['rollback to novakit_member', 'release novakit_member']

describe('groupCommit', () => {
  it('runs a lone transaction without savepoints', async () => {
    const connection = connectionThat()
    const member = await groupCommit(connection, true).begin()
    await member.commit()
    expect(connection.log).toEqual(['begin immediate', 'commit'])
  })

  it('runs transactions that come together as savepoints of one, one after another', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    const ended: number[] = []
    const one = async (which: number): Promise<void> => {
      const member = await writer.begin()
      member.run(() => connection.exec(`a${which}`))
      await Promise.resolve()
      member.run(() => connection.exec(`b${which}`))
      await member.commit()
      ended.push(which)
      expect(connection.log).toContain('commit')
    }
    await Promise.all([one(1), one(2), one(3)])
    expect(connection.log).toEqual([
      'begin immediate',
      'a1',
      'b1',
      JOIN,
      'a2',
      'b2',
      LEAVE,
      JOIN,
      'a3',
      'b3',
      LEAVE,
      'commit',
    ])
    expect(ended).toEqual([1, 2, 3])
  })

  it('commits each one by itself where there is nothing to gather', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, false)
    await Promise.all([1, 2].map(async () => (await writer.begin()).commit()))
    expect(connection.log).toEqual(['begin immediate', 'commit', 'begin immediate', 'commit'])
  })

  it('undoes only the one that rolls back, and tells it once the others are stored', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    const [first, second] = [writer.begin(), writer.begin()]
    const stored = (await first).commit()
    const undone = (await second).rollback().then(() => connection.log.at(-1))
    await stored
    expect(await undone).toBe('commit')
    expect(connection.log).toEqual(['begin immediate', JOIN, ...UNDO, 'commit'])
  })

  it('starts anew after the first one rolled back', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    const [first, second] = [writer.begin(), writer.begin()]
    await (await first).rollback()
    await (await second).commit()
    expect(connection.log).toEqual(['begin immediate', 'rollback', 'begin immediate', 'commit'])
  })

  it('fails all of them, those rolled back too, when COMMIT fails', async () => {
    const connection = connectionThat((sql) => {
      if (sql === 'commit') throw new Error('disk full')
    })
    const writer = groupCommit(connection, true)
    const begun = [writer.begin(), writer.begin(), writer.begin()] as const
    const ends = [(await begun[0]).commit(), (await begun[1]).rollback(), (await begun[2]).commit()]
    for (const end of ends)
      await expect(end).rejects.toMatchObject({ message: 'COMMIT failed', cause: { message: 'disk full' } })
    expect(connection.log.slice(-2)).toEqual(['commit', 'rollback'])
    expect(connection.isTransaction).toBe(false)
  })

  it('sends the others back when a statement made SQLite roll everything back', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    const [first, second, third] = [writer.begin(), writer.begin(), writer.begin()]
    const stored = (await first).commit()
    const culprit = await second
    const fail = (): never => {
      connection.lose()
      throw new Error('disk full')
    }
    expect(() => culprit.run(fail)).toThrow('disk full')
    expect(() => culprit.run(() => connection.exec('more'))).toThrow('rolled back')
    await expect(culprit.rollback()).resolves.toBeUndefined()
    await expect(stored).rejects.toThrow('The batch was rolled back')
    await (await third).commit()
    expect(connection.log).toEqual(['begin immediate', JOIN, 'begin immediate', 'commit'])
  })

  it('answers each with the error of its own BEGIN, and goes on', async () => {
    let busy = true
    const connection = connectionThat((sql) => {
      if (busy && sql === 'begin immediate') throw new Error('locked')
    })
    const writer = groupCommit(connection, true)
    await expect(Promise.allSettled([writer.begin(), writer.begin()])).resolves.toMatchObject([
      { reason: { message: 'locked' } },
      { reason: { message: 'locked' } },
    ])
    busy = false
    await (await writer.begin()).commit()
    expect(connection.log.at(-1)).toBe('commit')
  })

  it('runs what must be alone outside of any transaction, in its turn', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    const first = writer.begin()
    const alone = writer.alone(() => {
      connection.exec('pragma')
      return connection.isTransaction
    })
    const last = writer.begin()
    await (await first).commit()
    expect(await alone).toBe(false)
    await (await last).commit()
    expect(connection.log).toEqual(['begin immediate', 'commit', 'pragma', 'begin immediate', 'commit'])
  })

  it('ends a batch after so many statements, and gives the event loop its turn', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    let turns = 0
    const watch = (): NodeJS.Immediate => setImmediate(() => void (turns++, watch()))
    const watching = watch()
    const all = Array.from({ length: 400 }, async () => {
      const member = await writer.begin()
      for (let statement = 0; statement < 20; statement++) member.run(() => undefined)
      await member.commit()
    })
    await Promise.all(all)
    clearImmediate(watching)
    expect(connection.log.filter((sql) => sql === 'commit')).toHaveLength(4)
    expect(turns).toBeGreaterThanOrEqual(3)
  })

  it('commits within a round of the event loop, however many keep coming', async () => {
    const connection = connectionThat()
    const writer = groupCommit(connection, true)
    let ended = 0
    const chain = async (): Promise<void> => {
      while (ended < 1) await (await writer.begin()).commit().then(() => void ended++)
    }
    await Promise.all([chain(), chain(), chain()])
    expect(connection.log.filter((sql) => sql === 'commit')).toHaveLength(1)
  })

  it('rolls back a transaction left behind by a COMMIT that could not be rolled back', async () => {
    let broken = true
    const connection = connectionThat((sql) => {
      if (broken && (sql === 'commit' || sql === 'rollback')) throw new Error('disk')
    })
    const writer = groupCommit(connection, true)
    await expect((await writer.begin()).commit()).rejects.toThrow('COMMIT failed')
    broken = false
    await (await writer.begin()).commit()
    expect(connection.log.slice(-3)).toEqual(['rollback', 'begin immediate', 'commit'])
  })
})
