import type { DomainCapabilities } from '../../xml/index.ts'
import type { Station } from '../station.ts'
import type { HostFacts } from './host-facts.ts'

/** Flags whose trait is not their name (nova/virt/libvirt/utils.py, `CPU_TRAITS_MAPPING`). */
const FLAG_TRAITS: Readonly<Record<string, string>> = {
  aes: 'AESNI',
  fma: 'FMA3',
  pni: 'SSE3',
  'sse4.1': 'SSE41',
  'sse4.2': 'SSE42',
}
const FLAGS_THAT_ARE_TRAITS = new Set(
  (
    '3dnow abm avx avx2 avx512f avx512cd avx512dq avx512bw avx512vl bmi1 bmi2 clmul f16c fma4 mmx mpx sha sse sse2 sse3 ' +
    'ssse3 sse4a svm tbm vmx xop'
  ).split(' '),
)

/** What os-traits has of disk buses. */
const BUSES = new Set(['fdc', 'ide', 'lxc', 'sata', 'scsi', 'usb', 'virtio', 'uml', 'xen'])
const VIF_MODELS = ['E1000', 'E1000E', 'NE2K_PCI', 'PCNET', 'RTL8139', 'VIRTIO', 'VMXNET3']
const VIDEO = new Set(['bochs', 'cirrus', 'gop', 'none', 'qxl', 'vga', 'virtio', 'vmvga', 'xen'])

/** Traits of the node itself, under the names of os-traits. */
export function hostTraits({ profile }: Station, { cpuFlags }: HostFacts): readonly string[] {
  const { arch, capabilities } = profile
  return [
    'COMPUTE_NODE',
    'COMPUTE_IMAGE_TYPE_RAW',
    'COMPUTE_IMAGE_TYPE_QCOW2',
    'COMPUTE_IMAGE_TYPE_ISO',
    `HW_ARCH_${arch.toUpperCase()}`,
    ...cpuFlags.flatMap(flagTrait),
    ...(capabilities === null ? [] : deviceTraits(capabilities)),
  ]
}

function flagTrait(flag: string): readonly string[] {
  const name = FLAG_TRAITS[flag] ?? (FLAGS_THAT_ARE_TRAITS.has(flag) ? flag.toUpperCase() : null)
  return name === null ? [] : [`HW_CPU_X86_${name}`]
}

function deviceTraits({ devices, os }: DomainCapabilities): readonly string[] {
  const words = (device: 'disk' | 'video' | 'tpm', name: string): readonly string[] =>
    devices?.[device]?.enums?.find((each) => each.name === name)?.values ?? []
  const firmwares = os?.enums?.find(({ name }) => name === 'firmware')?.values ?? []
  const secure = os?.loader?.enums?.find(({ name }) => name === 'secure')?.values ?? []
  const tpm = devices?.tpm?.supported === true && words('tpm', 'backendModel').includes('emulator')
  return [
    ...words('disk', 'bus')
      .filter((bus) => BUSES.has(bus))
      .map((bus) => `COMPUTE_STORAGE_BUS_${bus.toUpperCase()}`),
    ...words('video', 'modelType')
      .filter((model) => VIDEO.has(model))
      .map((model) => `COMPUTE_GRAPHICS_MODEL_${model.toUpperCase()}`),
    ...VIF_MODELS.map((model) => `COMPUTE_NET_VIF_MODEL_${model}`),
    ...(firmwares.includes('efi') && secure.includes('yes') ? ['COMPUTE_SECURITY_UEFI_SECURE_BOOT'] : []),
    ...(tpm ? ['COMPUTE_SECURITY_TPM_1_2', 'COMPUTE_SECURITY_TPM_2_0'] : []),
  ]
}
