import { agreed, agreedFlag, flagOf, flavorSays, imageSays, oneOf, refuse, type Guest } from './spec.ts'

/** Traits that a node must have for what flavor and image ask of the machine. */
export interface Features {
  /** Any provider of the group without a suffix. */
  readonly required: readonly string[]
  /** The node's root. */
  readonly rootRequired: readonly string[]
  /** One guest more with encrypted memory. */
  readonly encryptsMemory: boolean
}

/**
 * Sources: nova/scheduler/utils.py, `_translate_*_request`, and the pre-filters of nova/scheduler/request_filter.py that
 * are always on.
 * @throws `scheduler.invalid_request`
 */
export function featuresOf(guest: Guest): Features {
  const encryption = memoryEncryptionOf(guest)
  const tpm = tpmOf(guest)
  return {
    required: [
      ...(encryption === null ? [] : [`HW_CPU_X86_${encryption.toUpperCase().replaceAll('-', '_')}`]),
      ...(tpm === null ? [] : [tpm.model, tpm.version]),
      ...secureBoot(guest),
      ...addressWidth(guest),
      ...(isStateless(guest) ? ['COMPUTE_SECURITY_STATELESS_FIRMWARE'] : []),
    ],
    rootRequired: [
      ...(flavorSays(guest, 'accel:device_profile') ? ['COMPUTE_ACCELERATORS'] : []),
      ...(agreedFlag(guest, 'virtio_packed_ring') === true ? ['COMPUTE_NET_VIRTIO_PACKED'] : []),
      ...ephemeralEncryption(guest),
      ...sound(guest),
      ...(tpm === null ? [] : [tpm.secret]),
    ],
    encryptsMemory: encryption !== null,
  }
}

const encryptionModels = ['amd-sev', 'amd-sev-es', 'amd-sev-snp'] as const

function memoryEncryptionOf(guest: Guest): (typeof encryptionModels)[number] | null {
  if (agreedFlag(guest, 'mem_encryption') !== true) return null
  const said = agreed(guest, 'mem_encryption_model')
  const model = said === undefined ? 'amd-sev' : oneOf('hw:mem_encryption_model', said, encryptionModels)
  if (imageSays(guest, 'hw_firmware_type') !== 'uefi')
    return refuse('encrypted memory needs an image with hw_firmware_type = uefi')
  if (imageSays(guest, 'hw_machine_type')?.includes('q35') === false)
    return refuse('encrypted memory needs an image with a machine type of the q35 family')
  if (model === 'amd-sev-snp' && !isStateless(guest))
    return refuse('amd-sev-snp needs an image with hw_firmware_stateless = true')
  return model
}

function isStateless(guest: Guest): boolean {
  return imageSays(guest, 'hw_firmware_type') === 'uefi' && flagOf(imageSays(guest, 'hw_firmware_stateless')) === true
}

interface Tpm {
  readonly model: string
  readonly version: string
  readonly secret: string
}

function tpmOf(guest: Guest): Tpm | null {
  const said = agreed(guest, 'tpm_version')
  if (said === undefined) return null
  const version = oneOf('hw:tpm_version', said, ['1.2', '2.0'])
  const model = oneOf('hw:tpm_model', agreed(guest, 'tpm_model') ?? 'tpm-tis', ['tpm-tis', 'tpm-crb'])
  if (model === 'tpm-crb' && version !== '2.0') return refuse('the TPM model tpm-crb needs hw:tpm_version = 2.0')
  const keeper = flavorSays(guest, 'hw:tpm_secret_security') || 'user'
  const secret = oneOf('hw:tpm_secret_security', keeper, ['user', 'host', 'deployment'])
  return {
    model: model === 'tpm-crb' ? 'COMPUTE_SECURITY_TPM_CRB' : 'COMPUTE_SECURITY_TPM_TIS',
    version: `COMPUTE_SECURITY_TPM_${version.replace('.', '_')}`,
    secret: `COMPUTE_SECURITY_TPM_SECRET_SECURITY_${secret.toUpperCase()}`,
  }
}

function secureBoot(guest: Guest): readonly string[] {
  const said = agreed(guest, 'secure_boot', 'os')
  if (said === undefined) return []
  const policy = oneOf('os:secure_boot', said, ['required', 'disabled', 'optional'])
  return policy === 'required' ? ['COMPUTE_SECURITY_UEFI_SECURE_BOOT'] : []
}

function addressWidth(guest: Guest): readonly string[] {
  const said = agreed(guest, 'maxphysaddr_mode')
  if (said === undefined) return []
  const mode = oneOf('hw:maxphysaddr_mode', said, ['passthrough', 'emulate'])
  return [mode === 'passthrough' ? 'COMPUTE_ADDRESS_SPACE_PASSTHROUGH' : 'COMPUTE_ADDRESS_SPACE_EMULATED']
}

function ephemeralEncryption(guest: Guest): readonly string[] {
  if (agreedFlag(guest, 'ephemeral_encryption') !== true) return []
  const format = agreed(guest, 'ephemeral_encryption_format')
  const named =
    format === undefined ? null : oneOf('hw:ephemeral_encryption_format', format, ['plain', 'luks', 'luksv2'])
  const trait = 'COMPUTE_EPHEMERAL_ENCRYPTION'
  return named === null ? [trait] : [trait, `${trait}_${named.toUpperCase()}`]
}

const soundModels = ['sb16', 'es1370', 'pcspk', 'ac97', 'ich6', 'ich9', 'usb', 'virtio'] as const

function sound(guest: Guest): readonly string[] {
  const said = agreed(guest, 'sound_model')
  if (said === undefined) return []
  const model = oneOf('hw:sound_model', said, soundModels)
  return model === 'virtio' ? ['COMPUTE_SOUND_MODEL_VIRTIO'] : []
}
