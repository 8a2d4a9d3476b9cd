import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { access, link, open, readFile, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { Sealed } from '../domain/sealed/sealed.ts'
import { sealedErrors } from '../domain/sealed/errors.ts'
import type { SecretBox } from '../ports/secrets.ts'

const VERSION = 'n1'
const KEY_BYTES = 32

/** AES-256-GCM with a fresh 96-bit nonce per envelope: `n1.<nonce>.<tag>.<ciphertext>` in base64url. */
export function secretBox(key: Uint8Array): SecretBox {
  if (key.length !== KEY_BYTES) throw sealedErrors.bad_key({ file: 'given', what: `a key has ${KEY_BYTES} bytes` })
  return {
    seal: <T>(secret: T) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()])
      const parts = [nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))
      return [VERSION, ...parts].join('.') as Sealed<T>
    },
    open: <T>(sealed: Sealed<T>) => {
      const [version, nonce = '', tag = '', body = ''] = sealed.split('.')
      try {
        if (version !== VERSION) throw new Error(`envelope version ${version}`)
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
        decipher.setAuthTag(Buffer.from(tag, 'base64url'))
        const text = Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()])
        return JSON.parse(text.toString('utf8')) as T
      } catch (cause) {
        throw sealedErrors.cannot_open({}, { cause })
      }
    },
    randomBytes: (count) => randomBytes(count),
  }
}

/** For clouds that forget everything: a key that lives as long as the process. */
export function ephemeralSecretBox(): SecretBox {
  return secretBox(randomBytes(KEY_BYTES))
}

/**
 * The key in a file of mode 0600, made when it is missing. Two processes may start at once: one makes it, both read it.
 * @throws `sealed.bad_key` when others can read it or it is no key
 */
export async function secretBoxFromFile(file: string): Promise<SecretBox> {
  if (!(await isThere(file))) {
    await makeKey(file).catch((cause: NodeJS.ErrnoException) => {
      throw sealedErrors.bad_key({ file, what: `it cannot be made (${cause.code})` }, { cause })
    })
  }
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) throw sealedErrors.bad_key({ file, what: 'others may read it; its mode must be 0600' })
  const key = await readFile(file)
  if (key.length !== KEY_BYTES)
    throw sealedErrors.bad_key({ file, what: `it has ${key.length} bytes, not ${KEY_BYTES}` })
  return secretBox(key)
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** It appears whole or not at all, under its name on the disk before anything is sealed with it. The first one counts. */
async function makeKey(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(randomBytes(KEY_BYTES))
    await handle.sync()
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await handle.close()
    await unlink(draft)
  }
  const folder = await open(path.dirname(file))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
