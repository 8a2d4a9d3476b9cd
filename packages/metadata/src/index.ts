// The door of @novakit/metadata: what guests learn when they first start.

export type { ConfigDriveFormat, FirstBoot, FirstBootInput, TaggedDevice } from '@novakit/core/vocabulary'

export { firstBoot, type FirstBootOptions } from './first-boot/first-boot.ts'
export { firstBootInput } from './first-boot/first-boot-input.ts'
export type { DescribedIp, DescribedNic, DescribedServer } from './first-boot/described-server.ts'
export { firstBootErrors } from './first-boot/errors.ts'

// Documents: values in, bytes out.
export { usualFileLimits, wrongInput, type FileLimits } from './build/check-input.ts'
export { configDriveFiles, type ConfigDriveOptions } from './build/config-drive-files.ts'
export { metaData } from './build/meta-data.ts'
export { networkData } from './build/network-data.ts'
export { NO_CLOUD_LABEL, noCloudFiles } from './build/no-cloud.ts'
export type { DocumentOptions } from './build/options.ts'
export { vendorData, vendorData2 } from './build/vendor-data.ts'
export {
  EC2_VERSIONS,
  OPENSTACK_VERSIONS,
  openstackVersionsOn,
  type Ec2Version,
  type OpenstackVersion,
} from './build/versions.ts'

export * from './image/index.ts'

// The service, and the proxy before it.
export { byProvider, type ProviderOptions } from './service/by-provider.ts'
export { bySourceAddress, type SourceAddressOptions } from './service/by-source-address.ts'
export { metadataServiceErrors } from './service/errors.ts'
export type { DynamicVendorData } from './service/guest.ts'
export type { Identify, Identity as GuestIdentity } from './service/identity.ts'
export { metadataService, type MetadataServiceOptions } from './service/metadata-service.ts'
export { signedByEither } from './service/signed-by-either.ts'
export { signedByProxy } from './service/signed-by-proxy.ts'
export { guestsByAddress, type ProxiedPort } from './proxy/guests-by-address.ts'
export { linkLocalOf } from './proxy/link-local.ts'
export { metadataProxy, type FindGuest, type MetadataProxyOptions } from './proxy/metadata-proxy.ts'

// Vendor data of services.
export { dynamicVendorData, type DynamicVendorDataOptions } from './vendor-data/dynamic-vendor-data.ts'
export { vendorDataErrors } from './vendor-data/errors.ts'
export {
  guardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
  type GuardedRequest,
} from './vendor-data/guarded-fetch.ts'

// User data.
export {
  cloudConfig,
  mergeCloudConfigs,
  parseCloudConfig,
  type CloudConfig,
  type MergeOptions,
} from './user-data/cloud-config.ts'
export { userDataErrors } from './user-data/errors.ts'
export { includes } from './user-data/includes.ts'
export { multipart } from './user-data/multipart.ts'
export { packUserData, userDataBase64, type PackOptions } from './user-data/pack.ts'
export type { Part, PartType } from './user-data/part.ts'
