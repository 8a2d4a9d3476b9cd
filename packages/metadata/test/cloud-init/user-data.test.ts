import { expect, it } from 'vitest'
import { cloudConfig, mergeCloudConfigs } from '../../src/user-data/cloud-config.ts'
import { multipart } from '../../src/user-data/multipart.ts'
import { packUserData } from '../../src/user-data/pack.ts'
import { describeWithCloudInit } from '../support/cloud-init.ts'

const config = {
  hostname: 'on',
  users: ['default', { name: 'me', lock_passwd: true, ssh_authorized_keys: ['ssh-ed25519 AAAA me'] }],
  packages: ['git', ['nginx', '1.18']],
  write_files: [{ path: '/etc/motd', content: 'héllo\n: # not a comment\n', permissions: '0644' }],
  runcmd: [['echo', 'yes'], 'echo 1:30'],
}

type Parts = readonly (readonly [type: string, name: string, content: string])[]

await describeWithCloudInit('cloud-init takes our user data', (ask) => {
  it('and finds nothing wrong with a cloud-config of every kind of value, alone and merged', async () => {
    const merged = mergeCloudConfigs([config, { packages: ['vim'], timezone: 'UTC' }], { lists: 'append' })
    const answers = await ask<{ valid: boolean; says: string }>(
      ['schema', cloudConfig(config)],
      ['schema', cloudConfig(merged)],
      ['schema', '#cloud-config\npackages: 7\n'],
    )
    expect(answers.map(({ valid }) => valid)).toEqual([true, true, false])
  })

  it('and takes a multipart message apart into what went in, packed or not', async () => {
    const script = '#!/bin/sh\necho "ünïcode \u{1f600}"\n'
    const message = multipart([
      { type: 'text/cloud-config', content: cloudConfig(config), filename: 'config.yaml' },
      { type: 'text/x-shellscript', content: script, filename: 'run.sh' },
      { type: 'text/x-shellscript', content: '#!/bin/sh\necho plain\n' },
    ])
    const encoded = [message, packUserData(message, { gzip: 'always' })].map((bytes) =>
      Buffer.from(bytes).toString('base64'),
    )
    const [plain, packed] = await ask<Parts>(['parts', encoded[0]], ['parts', encoded[1]])
    expect(plain).toEqual([
      ['text/cloud-config', 'config.yaml', cloudConfig(config)],
      ['text/x-shellscript', 'run.sh', script],
      ['text/x-shellscript', 'part-003', '#!/bin/sh\necho plain\n'],
    ])
    expect(packed).toEqual(plain)
  })
})
