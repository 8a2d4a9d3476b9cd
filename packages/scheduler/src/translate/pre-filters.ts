import type {
  AggregateId,
  AggregateState,
  Flavor,
  Image,
  ProjectId,
  ResourceGroup,
  ResourceRequest,
  TranslateOptions,
} from '@novakit/core'

/** Nova's pre-filters that an operator turns on or off; the others follow from flavor and image alone. */
export interface PreFilters {
  /** `map_az_to_placement_aggregate`. Default true. */
  readonly zones: boolean
  /** `limit_tenants_to_placement_aggregate`; `required`: projects without an aggregate go nowhere. Default false. */
  readonly projects: boolean | 'required'
  /** `query_placement_for_image_type_support`. Default false. */
  readonly imageTypes: boolean
  /** `image_metadata_prefilter`. Default false. */
  readonly imageProperties: boolean
  /** `enable_isolated_aggregate_filtering`. Default false. */
  readonly isolatedAggregates: boolean
  /** `query_placement_for_routed_network_aggregates`. Default false. */
  readonly routedNetworks: boolean
}

/** Nova's defaults. */
export const defaultPreFilters: PreFilters = Object.freeze({
  zones: true,
  projects: false,
  imageTypes: false,
  imageProperties: false,
  isolatedAggregates: false,
  routedNetworks: false,
})

export interface PreFilterSubject extends TranslateOptions {
  readonly flavor: Flavor
  readonly image: Image | null
}

/**
 * The request as Nova's pre-filters leave it: narrowed to aggregates and to nodes with certain traits before any host
 * is looked at. Source: nova/scheduler/request_filter.py.
 */
export function preFiltered(request: ResourceRequest, subject: PreFilterSubject, on: PreFilters): ResourceRequest {
  const memberOf = memberOfFor(subject, on)
  const forbiddenAggregates = on.isolatedAggregates ? isolatedFrom(request, subject) : []
  const [plain, ...suffixed] = withPlainGroup(request.groups)
  const narrowed: ResourceGroup = {
    ...plain,
    memberOf: [...plain.memberOf, ...memberOf],
    forbiddenAggregates: [...plain.forbiddenAggregates, ...forbiddenAggregates],
  }
  const groups = memberOf.length + forbiddenAggregates.length === 0 ? request.groups : [narrowed, ...suffixed]
  const rootRequired = [...new Set([...request.rootRequired, ...rootTraitsFor(subject, on)])]
  return { ...request, groups, rootRequired, rootForbidden: [...request.rootForbidden, 'COMPUTE_STATUS_DISABLED'] }
}

function memberOfFor(subject: PreFilterSubject, on: PreFilters): readonly (readonly AggregateId[])[] {
  return [
    ...(on.projects === false ? [] : ofProject(subject, on.projects === 'required')),
    ...(on.zones ? ofZone(subject) : []),
    ...(on.routedNetworks ? (subject.networkAggregates ?? []) : []),
  ]
}

/** None for the project is no restriction, unless each project must have one: a list of none is met nowhere. */
function ofProject({ project, aggregates }: PreFilterSubject, required: boolean): readonly (readonly AggregateId[])[] {
  const its = project === undefined ? [] : those(aggregates, (each) => isOf(each, project))
  return its.length > 0 || required ? [its] : []
}

function isOf({ metadata }: AggregateState, project: ProjectId): boolean {
  return Object.entries(metadata).some(([key, value]) => key.startsWith('filter_tenant_id') && value === project)
}

/** A zone without an aggregate is left to AvailabilityZoneFilter, which knows the default zone. */
function ofZone({ zone, aggregates }: PreFilterSubject): readonly (readonly AggregateId[])[] {
  if (zone === undefined || zone === null) return []
  const its = those(aggregates, (each) => each.zone?.split(',').some((part) => part.trim() === zone) === true)
  return its.length === 0 ? [] : [its]
}

/** Aggregates that are kept for a trait which the request does not ask for. */
function isolatedFrom(request: ResourceRequest, { aggregates }: PreFilterSubject): readonly AggregateId[] {
  const asked = new Set(request.groups.flatMap(({ required }) => required.flat()))
  const keeps = (key: string, value: string): boolean =>
    key.startsWith('trait:') && value === 'required' && !asked.has(key.slice('trait:'.length))
  return those(aggregates, ({ metadata }) => Object.entries(metadata).some(([key, value]) => keeps(key, value)))
}

function those(
  aggregates: TranslateOptions['aggregates'],
  test: (aggregate: AggregateState) => boolean,
): readonly AggregateId[] {
  return [...(aggregates?.values() ?? [])].filter(test).map(({ id }) => id)
}

function rootTraitsFor(subject: PreFilterSubject, on: PreFilters): readonly string[] {
  return [
    ...(on.imageTypes ? imageType(subject) : []),
    ...(on.imageProperties ? imageProperties(subject) : []),
    ...(subject.remoteManagedPorts === true ? ['COMPUTE_REMOTE_MANAGED_PORTS'] : []),
  ]
}

/** Of a server that boots from a volume the node reads no image. */
function imageType({ image, bootFromVolume }: PreFilterSubject): readonly string[] {
  return image === null || bootFromVolume ? [] : [`COMPUTE_IMAGE_TYPE_${image.format.toUpperCase()}`]
}

const traitPrefixes: Readonly<Record<string, string>> = {
  hw_cdrom_bus: 'COMPUTE_STORAGE_BUS',
  hw_disk_bus: 'COMPUTE_STORAGE_BUS',
  hw_video_model: 'COMPUTE_GRAPHICS_MODEL',
  hw_vif_model: 'COMPUTE_NET_VIF_MODEL',
  hw_architecture: 'HW_ARCH',
  hw_emulation_architecture: 'COMPUTE_ARCH',
  hw_viommu_model: 'COMPUTE_VIOMMU',
}

/**
 * Nova passes over a value that makes no standard trait, with all the others of the image; here it is asked for, and no
 * node has it.
 */
function imageProperties({ image }: PreFilterSubject): readonly string[] {
  const properties = image?.properties ?? {}
  return Object.entries(traitPrefixes).flatMap(([key, prefix]) =>
    Object.hasOwn(properties, key)
      ? [`${prefix}_${(properties[key] ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '_')}`]
      : [],
  )
}

function withPlainGroup(groups: readonly ResourceGroup[]): readonly [ResourceGroup, ...ResourceGroup[]] {
  const plain = groups.find(({ suffix }) => suffix === '') ?? empty
  return [plain, ...groups.filter(({ suffix }) => suffix !== '')]
}

const empty: ResourceGroup = {
  suffix: '',
  resources: {},
  required: [],
  forbidden: [],
  memberOf: [],
  forbiddenAggregates: [],
  inTree: null,
}
