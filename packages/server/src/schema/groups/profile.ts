/** The standard field groups of the Individual Profile class. Wording ours, structure as in the public XDM. */
import type { StandardGroup } from './groups.ts';

const CHANNEL_CONSENT = 'val: {y,n,p,u,dy,dn,LI,CT,CP,VI,PI}, time: dt "When the choice was made", reason: string ..255';
const CHANNEL_CHOICE = '~{not_provided,pending,out,in}';
const SUBSCRIPTIONS = `subscriptions{} "Choices about single lists, by list" {
  val: {y,n,p,u,dy,dn,LI,CT,CP,VI,PI}, type: string ..15, topics[], subscribers{} {time: dt, source: string ..15}}`;
const MARKETING = `
  preferred: {email,push,inApp,sms,whatsApp,phone,phyMail,inVehicle,inHome,iot,social,other,none,unknown} "The channel liked best"
  any {${CHANNEL_CONSENT}} email {${CHANNEL_CONSENT} ${SUBSCRIPTIONS}} push {${CHANNEL_CONSENT} ${SUBSCRIPTIONS}}
  inApp {${CHANNEL_CONSENT}} sms {${CHANNEL_CONSENT} ${SUBSCRIPTIONS}} whatsApp {${CHANNEL_CONSENT} ${SUBSCRIPTIONS}}
  call {${CHANNEL_CONSENT}} fax {${CHANNEL_CONSENT}} commercialEmail {${CHANNEL_CONSENT}} postalMail {${CHANNEL_CONSENT}}`;

export const PROFILE_GROUPS: readonly StandardGroup[] = [
  {
    id: 'context/profile',
    title: 'Individual Profile',
    fields: `
      _id "Identifier of the record", createdByBatchID, modifiedByBatchID, personID
      _repo {createDate: dt "When the record was made", modifyDate: dt "When the record last changed"}
      identityMap{}[] "Identities by namespace": <mapIdentity>
      extSourceSystemAudit "What the source system says of the record" {
        createdBy, createdDate: dt, lastUpdatedBy, lastUpdatedDate: dt "Newer records win over older ones by this time"
        externalKey {sourceID, sourceInstanceID, sourceKey, sourceType}, lastActivityDate: dt, lastReferencedDate: dt, lastViewedDate: dt}
    `,
  },
  { id: 'context/profile-person-details', title: 'Demographic Details', fields: `person: <person> "The individual"` },
  {
    id: 'context/profile-personal-details',
    title: 'Personal Contact Details',
    fields: `
      personalEmail: <email> "Private e-mail address"
      homePhone: <phone>, mobilePhone: <phone>, faxPhone: <phone>, shippingAddressPhone: <phone>, billingAddressPhone: <phone>
      homeAddress: <postalAddress>, shippingAddress: <postalAddress>, billingAddress: <postalAddress>, mailingAddress: <postalAddress>
    `,
  },
  {
    id: 'context/profile-work-details',
    title: 'Work Contact Details',
    fields: `workAddress: <postalAddress>, workEmail: <email>, workPhone: <phone>, organizations[] "Organisations the person works for"`,
  },
  {
    id: 'context/profile-preferences-details',
    title: 'Preference Details',
    fields: `preferredLanguage "BCP 47 code", profilePictureLink, emailFormat: ~{html,plaintext}, timeZone "IANA name of the time zone"`,
  },
  { id: 'context/profile-test-profile', title: 'Profile test details', fields: `testProfile: b "Whether this is a made-up person"` },
  {
    id: 'mixins/profile/profile-loyalty-details',
    title: 'Loyalty Details',
    fields: `
      loyalty "Membership of the loyalty programme" {
        joinDate: dt "When the person joined", loyaltyID[] "Membership numbers", points: n "Points to spend now"
        pointsExpiration[] {pointsExpiring: n, pointsExpirationDate: dt}, pointsRedeemed: n
        program "Name of the programme", tier "Level reached", tierUpgradeDate: dt, tierExpiryDate: dt, nextTier, pointsToNextTier: n
        status, adjustedPoints: n, expiredPoints: n, lifetimePoints: n, lifetimePurchases: n, promisedPoints: n, returnedPoints: n
        cardsDetails[] {number, series, status}}
    `,
  },
  {
    id: 'mixins/profile/profile-push-details',
    title: 'Push Notification Details',
    fields: `
      pushNotificationTokens[] "Devices that may get push messages" {
        token, registrationDate: dt, deregistrationDate: dt, environment: <environment>, device: <device>, application: <application>
        channel {_id, _type}}
    `,
  },
  {
    id: 'context/profile-subscriptions',
    title: 'Profile Subscription',
    fields: `
      subscriptions[] "Contracts that run for a term" {
        _id, subscriber: <person>, device: <device>, environment: <environment>, SKU 'SKU', planName, type, country
        startDate: date, endDate: date, term: i, termUnitOfTime, renew, topUp, status, contractID, paymentMethod, billingPeriod
        billingStartDate: date, chargeMethod, paymentStatus, category, subCategory, revision, reason}
    `,
  },
  {
    id: 'mixins/profile-consents',
    title: 'Consents and Preferences',
    fields: `
      consents "What the person allows" {
        collect: <consent> "Collecting data", share: <consent> "Sharing data with others"
        adID {val: {y,n,p,u,dy,dn,LI,CT,CP,VI,PI}, idType: {IDFA,GAID}}
        personalize {content {${CHANNEL_CONSENT}}}
        marketing "Being written to, called or messaged" {${MARKETING}}
        idSpecific{}{} "Choices for one identity, by namespace and identity" {
          collect: <consent>, share: <consent>, personalize {content {${CHANNEL_CONSENT}}}, marketing {${MARKETING}}}
        metadata {time: dt "When any choice last changed"}}
      consentPoliciesResultMap{} "Outcome of consent policies, by policy" {
        status: {realized,exited}, ts: dt, identityLevelConsents{}[] {identity, status: {realized,exited}, ts: dt}}
      identityPrivacyInfo{}{} "IAB consent, by namespace and identity" {
        identityIABConsent {consentTimestamp: dt, consentString {
          consentStandard, consentStandardVersion, consentStringValue, gdprApplies: b, containsPersonalData: b}}}
    `,
  },
  {
    id: 'context/profile-privacy-opt-outs',
    title: 'Privacy opt-outs',
    fields: `
      privacyOptOuts[] "What the person does not want, as the privacy laws have it" {
        optOutType: ~{general_opt_out,sales_sharing_opt_out}, optOutValue: ~{not_provided,pending,out,in} "out: opted out"
        timestamp: dt "When the choice was made"}
      optInOut "Choices by channel" {
        globalOptout: b "Whether the person wants nothing at all"
        _channels {email: ${CHANNEL_CHOICE}, phone: ${CHANNEL_CHOICE}, sms: ${CHANNEL_CHOICE}, fax: ${CHANNEL_CHOICE}
          directMail: ${CHANNEL_CHOICE}, apns: ${CHANNEL_CHOICE}, fcm: ${CHANNEL_CHOICE}}}
    `,
  },
  {
    id: 'context/profile-segmentation',
    title: 'Segment Membership Details',
    fields: `segmentMembership{}{}: <membership> "Audiences the profile is or was in, by namespace and audience"`,
  },
];
