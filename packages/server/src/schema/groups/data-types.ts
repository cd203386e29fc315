/** Data types that several field groups use. */
import type { ObjectType } from '@kindred/pql';
import type { DataTypes } from '../notation.ts';
import { MEASURE, parseNotation } from '../notation.ts';

const GEO = `
  _schema {description, latitude: n -90..90 "Degrees north", longitude: n -180..180 "Degrees east", elevation: n "Metres above sea level"}
  countryCode: string /^[A-Z]{2}$/ "ISO 3166-1 alpha-2 code of the country"
  stateProvince: string /^([A-Z]{2}-[A-Z0-9]{1,3}|)$/ "ISO 3166-2 code of the state or province"
  city, postalCode
  dmaID: i 'DMA' "Nielsen market area in the United States"
  msaID: i 'MSA' "Metropolitan statistical area in the United States"
`;

const BASIC = {
  geo: parseNotation(`_id ${GEO}`),
  postalAddress: parseNotation(`
    _id ${GEO}
    primary: b "Whether this is the main address", label "Name given to the address"
    street1, street2, street3, street4, region, postOfficeBox: string ..20, country, state
    status: ~{active,incomplete,pending_verification,blacklisted,blocked} "Whether the address can be used"
    statusReason, lastVerifiedDate: date
  `),
  phone: parseNotation(`
    primary: b "Whether this is the main number"
    countryCode: string /^[0-9]{1,3}?$/ "Calling code of the country, without plus"
    number "The number as dialled within the country", extension
    status: ~{active,incomplete,blacklisted,blocked} "Whether the number can be used", statusReason
    validity: ~{consistent,inconsistent,incomplete,successfullyUsed} "Whether the number looks right"
  `),
  email: parseNotation(`
    primary: b "Whether this is the main address", address "The e-mail address", label
    type: ~{unknown,personal,work,education}
    status: ~{active,incomplete,pending_verification,blacklisted,blocked} "Whether the address can be used", statusReason
  `),
  identity: parseNotation(`
    id "The identifier within its namespace", xid
    authenticatedState: {ambiguous,authenticated,loggedOut} "Whether the person had proved who they are"
    primary: b "Whether events and attributes are filed under this identity"
    namespace {code "Code of the namespace"}
  `),
  mapIdentity: parseNotation(`
    id "The identifier within its namespace"
    authenticatedState: {ambiguous,authenticated,loggedOut} "Whether the person had proved who they are"
    primary: b "Whether the record is filed under this identity"
  `),
  membership: parseNotation(`
    lastQualificationTime: dt "When the profile last entered", status: {existing,realized,exited}, validUntil: dt, version
    payload {payloadType: {boolean,number,propensity,string}, payloadBooleanValue: b, payloadNumberValue: n,
      payloadPropensityValue: n ..1, payloadStringValue}
    profileStitchID, timerSpec
  `),
  device: parseNotation(`
    typeID, typeIDService: ~{"https://ns.adobe.com/xdm/external/deviceatlas","https://ns.adobe.com/xdm/external/adobecampaign"}
    type: ~{mobile,tablet,desktop,ereader,gaming,television,settop,mediaplayer,computers,"tv screens"} "Kind of device"
    manufacturer, model "Name of the model", modelNumber, screenHeight: i "In pixels", screenWidth: i "In pixels", colorDepth: i
    screenOrientation: {portrait,landscape}, isBackgroundPushEnabled: b, isLocationEnabled: b, isPushOptIn: b, isMobileDevice: b
    locationPermission: {SYSTEM_LOCATION_DISABLED,NOT_ALLOWED,ALWAYS_ALLOWED,FOREGROUND_ALLOWED,UNPROMPTED}
  `),
  environment: parseNotation(`
    type: {browser,application,iot,external,widget} "Where the experience took place"
    browserDetails {name, vendor, version, acceptLanguage, cookiesEnabled: b, javaScriptEnabled: b, javaScriptVersion, javaEnabled: b,
      javaVersion, quicktimeVersion, thirdPartyCookiesEnabled: b, viewportHeight: i, viewportWidth: i, userAgent
      userAgentClientHints {brands[] {brand, version}, mobile: b, architecture, bitness, model, platform, platformVersion, wow64: b}}
    operatingSystem, operatingSystemVersion, operatingSystemVendor
    colorDepth: i 0.., viewportHeight: i 0.., viewportWidth: i 0.., duration: i 0.., viewedScreen, previousScreen
    connectionType: {dialup,isdn,bisdn,dsl,cable,wireless_wifi,mobile,mobile_edge,mobile_gprs,mobile_2g,mobile_3g,mobile_lte,t1,t3,oc3,lan,modem}
    proxyType: {anonymous,consumer-privacy,corporate,edu,public,cloud,cloud-security,dns,vpn,transparent}
    carrier, domain, ISP, _dc {language "BCP 47 code"}, ipV4, ipV6
  `),
  poi: parseNotation(`
    poiID, name, category, type, distanceToPOICenter: n "In metres", locatingType: ~{beacon,gps,ip,ip+wifi,wifi-triangulation}
    beaconInteractionDetails {proximityUUID, beaconMajor: n, beaconMinor: n, proximity: {immediate,near,far,unknown}}
    geoInteractionDetails {distanceToCenter: n, deviceGeoAccuracy: n
      geoShape {_id, _schema {description, polygon[], circle, box[], elevation: n}, ceiling: n}}
    metadata {list[] {key, value}}
  `),
} satisfies DataTypes;

/** Referred to in the notation as `<name>`. */
export const DATA_TYPES: DataTypes = {
  ...BASIC,
  person: parseNotation(`
    name {firstName, lastName, middleName, courtesyTitle "Mr, Dr and the like", suffix, fullName "As the person writes it"}
    birthDate: date, birthDayAndMonth: string /^[0-1][0-9]-[0-9][0-9]$/ "MM-DD", birthYear: i 1..32767
    gender: {male,female,not_specified,non_specific}, maritalStatus: {married,single,divorced,widowed,not_specified}
    nationality: string /^[A-Z]{2}$/ "ISO 3166-1 alpha-2 code of the country", type
  `),
  application: parseNotation(`
    applicationCloses: m, crashes: m, featureUsages: m, installs: m, firstLaunches: m, launches: m, upgrades: m
    id, name "Name of the application", version, isClose: b, closeType: {close,unknown}, isLaunch: b, isInstall: b, isUpgrade: b
    sessionLength: i 0.. "In seconds", userPerspective: {foreground,background,detached}, _dc {language "BCP 47 code"}
  `),
  shipping: parseNotation(
    `
    shippingMethod, shippingAmount: n "Price of the shipping", currencyCode: string /^[A-Z]{3}$/ "ISO 4217 code"
    shippingDestination: {home,store}, shipDate: dt, address: <postalAddress>, trackingNumber: n, trackingURL
  `,
    BASIC,
  ),
  lineItem: parseNotation(`
    SKU 'SKU' "Stock keeping unit: the number of the article", _id, product "Identifier of the product", name "Name shown to the customer"
    productImageUrl, productAddMethod, currencyCode: string /^[A-Z]{3}$/ "ISO 4217 code"
    quantity: i "Number of units", priceTotal: n "Price of the whole line, all units", discountAmount: n, refundAmount: n
    selectedOptions[] "Options chosen, such as a size" {attribute, value}
    productCategories[] "Categories the product belongs to" {categoryID, categoryName, categoryPath}
    returnItem {returnStatus, returnReason, returnItemCondition, returnResolution, returnQuantityRequested: i,
      returnQuantityAuthorized: i, returnQuantityReceived: i, returnQuantityApproved: i}
    unitOfMeasureCode
  `),
  leadKey: parseNotation('sourceType, sourceInstanceID, sourceID, sourceKey'),
  consent: parseNotation('val: {y,n,p,u,dy,dn,LI,CT,CP,VI,PI} "Yes, no, pending, unknown, or a legal ground"'),
};

export interface StandardDataType {
  /** What follows `https://ns.adobe.com/xdm/` in its XDM identifier. */
  readonly id: string;
  readonly title: string;
  readonly type: ObjectType;
}

/** Those that field groups of users may refer to. */
export const STANDARD_DATA_TYPES: readonly StandardDataType[] = [
  standard('common/address', 'Postal address', 'postalAddress'),
  standard('common/geo', 'Geo', 'geo'),
  standard('context/phonenumber', 'Phone number', 'phone'),
  standard('context/emailaddress', 'Email address', 'email'),
  standard('context/person', 'Person', 'person'),
  standard('context/identity', 'Identity', 'identity'),
  standard('context/identityitem', 'Identity item', 'mapIdentity'),
  standard('context/segmentmembershipitem', 'Segment membership item', 'membership'),
  standard('context/device', 'Device', 'device'),
  standard('context/environment', 'Environment', 'environment'),
  standard('context/application', 'Application', 'application'),
  standard('context/productlistitem', 'Product list item', 'lineItem'),
  standard('common/shipping', 'Shipping', 'shipping'),
  standard('context/poi-details', 'Point of interest', 'poi'),
  standard('consents/consent-field', 'Consent', 'consent'),
  { id: 'data/measure', title: 'Measure', type: MEASURE },
];

function standard(id: string, title: string, name: string): StandardDataType {
  const type = DATA_TYPES[name];
  if (type === undefined) throw new Error(`no data type called ${name}`);
  return { id, title, type };
}
