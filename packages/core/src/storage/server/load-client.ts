import { storageErrors } from '../../domain/storage/errors.ts'

/** Loads an optional package when it is first needed. @throws `storage.cannot_open`, which says what to install */
export async function loadClient<T>(name: string, where: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const { code, message = '' } = (cause ?? {}) as { code?: string; message?: string }
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause
    throw storageErrors.cannot_open({ where, why: `it needs the package ${name}. Run: npm install ${name}` }, { cause })
  }
}
