/** The standard field groups of the ExperienceEvent class. Wording ours, structure as in the public XDM. */
import { EVENT_TYPES } from './event-types.ts';
import type { StandardGroup } from './groups.ts';

const CURRENCY = 'currencyCode: string /^[A-Z]{3}$/ "ISO 4217 code"';
const PAYMENT_TYPES = '{cash,credit_card,debit_card,gift_card,check,paypal,wire_transfer,credit_card_reference,other}';

const BASE: readonly StandardGroup[] = [
  {
    id: 'context/experienceevent',
    title: 'XDM ExperienceEvent',
    fields: `
      _id "Unique identifier of the event: an event sent twice is stored once"
      timestamp: dt "When it happened"
      eventType: ~{${EVENT_TYPES.join(',')}} "What happened"
      eventMergeId, producedBy: {self,system,salesRef,customerRep} "Who caused the event"
      identityMap{}[] "Identities by namespace": <mapIdentity>
    `,
  },
  {
    id: 'context/experienceevent-enduserids',
    title: 'End User ID Details',
    fields: `endUserIDs {_experience {mcid: <identity>, aaid: <identity>, aacustomid: <identity>, acid: <identity>, tntid: <identity>
      adcloud: <identity>, emailid: <identity>, phonenumberid: <identity>}}`,
  },
  {
    id: 'context/experienceevent-technical-details',
    title: 'Technical Details',
    fields: `dataSource "Where the data came from" {_id, code, tags[]}, receivedTimestamp: dt "When the event arrived"`,
  },
  {
    id: 'context/experienceevent-segmentmembership',
    title: 'Segment Membership Details',
    fields: `segmentMembership{}{}: <membership> "Audiences the person was in, by namespace and audience"`,
  },
];

const COMMERCE: readonly StandardGroup[] = [
  {
    id: 'context/experienceevent-commerce',
    title: 'Commerce Details',
    fields: `
      productListItems[] "Products viewed, in the cart or ordered": <lineItem>
      commerce "Buying and what leads to it" {
        order "The order of a purchase" {
          purchaseID "Identifier the seller gave the order", purchaseOrderNumber "Identifier the buyer gave the order"
          payments[] {transactionID, paymentAmount: n, paymentType: ~${PAYMENT_TYPES}, ${CURRENCY}}
          refunds[] {transactionID, refundAmount: n, refundReason: {return,price_adjustment}, refundPaymentType: ${PAYMENT_TYPES}, ${CURRENCY}}
          returns {returnID, returnStatus, purchaseID}
          ${CURRENCY}, taxAmount: n, discountAmount: n, priceTotal: n "Total of the order after discounts, taxes included"
          orderType: {checkout,instant_purchase}, lastUpdatedDate: dt, createdDate: dt, cancelDate: dt
          refundTotal: n "Total paid back"}
        promotionID, cartAbandons: m "Carts left behind", checkouts: m "Steps of a checkout", productListAdds: m "Products put into the cart"
        productListOpens: m "New carts", productListRemovals: m "Products taken out of the cart", productListReopens: m "Left carts taken up again"
        productListViews: m "Views of a cart or list", productViews: m "Views of a product", purchases: m "Orders accepted"
        saveForLaters: m "Products put on a wish list", inStorePurchase: m, instantPurchase: m
        cart {cartID, cartSource}, shipping: <shipping>, billing {address: <postalAddress>}
        requisitionListOpens: m, requisitionListDeletes: m, requisitionListAdds: m, requisitionListRemovals: m
        requisitionList {ID, name, description}, commerceScope {environmentID, websiteCode, storeCode, storeViewCode}}
    `,
  },
  {
    id: 'context/experienceevent-order-details',
    title: 'Order Details',
    fields: `
      productListItems[]: <lineItem>
      order {orderID, orderDate: dt, priceTotal: n
        payment {transactionID, paymentType: {credit,debit,gift,cash}, paymentAmount: n, ${CURRENCY}}}
      store {storeID}, billing {address: <postalAddress>}, shipping: <shipping>
    `,
  },
];

const CONTEXT: readonly StandardGroup[] = [
  {
    id: 'context/experienceevent-web',
    title: 'Web Details',
    fields: `
      web "What happened on a web site" {
        webPageDetails "The page" {siteSection, name "Name of the page", viewName, URL 'URL', server, isErrorPage: b, isHomePage: b
          isPreRendered: b, pageViews: m "Views of the page"}
        webInteraction "A link followed" {type: {download,exit,other}, URL 'URL', name, region, linkClicks: m "Clicks on the link"}
        webReferrer "Where the visitor came from" {URL 'URL', type: {internal,external,search_engine,typed_bookmarked,email,social,usenet,hard_drive,nojs,conversational_ai,unknown}}}
    `,
  },
  {
    id: 'context/experienceevent-application',
    title: 'Application Details',
    fields: `application: <application> "The mobile or desktop application"`,
  },
  {
    id: 'context/experienceevent-environment-details',
    title: 'Environment Details',
    fields: `
      environment: <environment> "Browser, system and network", device: <device> "The device used"
      placeContext "Where and in what local time it happened" {
        localTime: dt, IPLocalTime: dt, ianaTimezone, localTimezoneOffset: i "Minutes behind UTC", IPLocalTimezoneOffset: i
        geo: <geo> "The place"
        POIinteraction {poiDetail: <poi>, poiEntries: m, poiExits: m}, activePOIs[]: <poi>}
    `,
  },
];

const SEARCH_AND_MARKETING: readonly StandardGroup[] = [
  {
    id: 'context/experienceevent-search',
    title: 'Search Details',
    fields: `search "A search engine that led here" {searchEngine, searchEngineID, keywords "Words searched for", isPaid: b, pageDepth: i,
      slot: ~{top,side}, position: i}`,
  },
  {
    id: 'mixins/experienceevent-site-search',
    title: 'Site Search',
    fields: `
      siteSearch "A search on the own site" {query "Words searched for", filter[] {attribute, value[], isRange: b}
        sort[] {attribute, order: {ASC,DESC,RELEVANCE}}, suggestions[], nOfResults: i "Number of results"}
      searchRequest: m "Searches started", searchResponse: m "Results shown"
    `,
  },
  {
    id: 'context/experienceevent-marketing',
    title: 'Campaign Marketing Details',
    fields: `marketing "The campaign that led here" {trackingCode, campaignName, campaignGroup}`,
  },
  {
    id: 'context/experienceevent-channel',
    title: 'Channel Details',
    fields: `
      channel "The marketing channel" {_id, typeAtSource, mode: {push,pull,bidirectional}
        _type: ~{${channelTypes()}}
        mediaType: ~{paid,owned,earned}
        mediaAction: ~{opens,sends,clicks,impressions,bounces,mirrorpages,nonDeliverables,notSent,offerOpens,unSubscriptions,userComplaints,subscriptions}
        contentTypes[], metricTypes[], locationTypes[], referringSource}
    `,
  },
  {
    id: 'context/experienceevent-directmarketing',
    title: 'Direct Marketing Details',
    fields: `
      directMarketing "E-mail, messages and letters" {bounces: m, clicks: m, mirrorPages: m, nonDeliverables: m, sends: m, userComplaints: m, opens: m
        unsubscriptions: m, notSent: m, offerOpens: m, impressions: m, excludes: m, customActions: m, marketingSubscription: m
        unsubscribeReason, hashedEmail, emailVisitorID, messageID, emailDelivered: m}
    `,
  },
  {
    id: 'context/experienceevent-advertising',
    title: 'Advertising Details',
    fields: `
      advertising {
        adViewability {adUnitDepth: i, viewportHeight: i, viewportWidth: i, adHeight: i, adWidth: i, playerVolume: i 0..100
          measurementEligible: b, viewable: b, activeWindow: b, percentViewable: i 0..100
          viewabilityEligibleImpressions: m, measuredAdNotVisible: m, measuredMuted: m, measuredWindowInactive: m, unmeasurableIframe: m
          unmeasurableOther: m, viewableCompletes: m, viewableFirstQuartiles: m, viewableImpressions: m, viewableMidpoints: m
          viewableThirdQuartiles: m}
        adAssetReference {_id, creativeID, creativeURL, siteID, placementID, _dc {title}, advertiser, campaign, _xmpDM {duration: i}}
        adAssetViewDetails {playerName, index: i, adBreak {_id, _dc {title}, offset: i}}
        completes: m, timePlayed: m, federated: m, clicks: m, conversions: m, firstQuartiles: m, impressions: m, midpoints: m, starts: m
        thirdQuartiles: m, downloadedPlayback: b}
    `,
  },
  {
    id: 'mixins/events/emailclicked',
    title: 'Email Clicked',
    fields: `
      directMarketing {mailingID, mailingKey: <leadKey>, mailingName, linkURL, testVariantID, testVariantName, automationRunID}
      environment {operatingSystem, browserDetails {userAgent}}, device {isMobileDevice: b, model}, web {webInteraction {linkID}}
    `,
  },
  {
    id: 'mixins/events/formfilledout',
    title: 'Form Filled Out',
    fields: `
      web {fillOutForm {webFormID, webFormKey: <leadKey>, webFormName}, webPageDetails {webPageID, name, queryParameters}, webReferrer {URL}}
      environment {ipV4, browserDetails {userAgent}}
    `,
  },
];

const OTHERS: readonly StandardGroup[] = [
  {
    id: 'mixins/experienceevent-user-login-details',
    title: 'User Login Process',
    fields: `
      userAccount {accountSwitch: i, cookieConsentAccepted: b, cookieConsentViewed: i, forgotPassword: i, forgotUsername: i, login: i
        loginBiometric: b, loginFailure: i, loginLocation, loginKeychain: b, loginMultiFactor: b, loginStatus, loginThirdParty: i
        loginThirdPartySite, loginType, logout: i, resetPassword: i, sessionTimeout: i, updateProfile: i, createProfile: i}
    `,
  },
  {
    id: 'context/experienceevent-loyalty-details',
    title: 'Loyalty Event Details',
    fields: `
      loyalty {discounts[] {value: n, source, triggeredForItem, scope, promotionId}, couponRedemption[] {id, series, seriesName, promotionId}
        pointsRedemption[] {value: n, promotionId, loyaltyProgramId, transactionId}, referralRedemption[] {code, promotionId}
        pointsGained[] {value: n, promotionId, loyaltyProgramId, transactionId}}
    `,
  },
  {
    id: 'mixins/experienceevent-survey-response-details',
    title: 'Survey Response Details',
    fields: `surveyResponse {surveyAnswers[], surveyID, surveyQuestions[]}`,
  },
  {
    id: 'mixins/experienceevent-support-request',
    title: 'Support Request',
    fields: `
      supportRequest {supportRequestSteps {cancelled: i, complete: i, failure: i, ID, name, saved: i, start: i, step: i, stepName, submitted: i
        transaction {transactionAmount {amount: n, ${CURRENCY}, conversionDate: dt}, transactionID, transactionDate: dt, transactionType}
        type}}
    `,
  },
  {
    id: 'mixins/experienceevent-media-analytics',
    title: 'Media Analytics Interaction Details',
    fields: `
      mediaCollection "Watching and listening" {sessionID, playhead: i "Seconds from the start of the content"
        sessionDetails {name "Identifier of the content", friendlyName, length: i "Seconds", contentType: ~{vod,live,linear,audiobook,podcast,radio,song,video}
          streamType: {audio,video}, playerName, channel, show, season, episode, genre, artist, album, author, network, rating}
        chapterDetails {friendlyName, index: i, length: i, offset: i}
        advertisingDetails {name, friendlyName, advertiser, campaignID, length: i, playerName, podPosition: i}
        advertisingPodDetails {friendlyName, index: i, offset: i}, errorDetails {name, source: {player,external}}
        qoeDataDetails {bitrate: i, droppedFrames: i, framesPerSecond: i, timeToStart: i}
        statesStart[] {name}, statesEnd[] {name}, customMetadata[] {name, value}}
    `,
  },
];

export const EVENT_GROUPS: readonly StandardGroup[] = [...BASE, ...COMMERCE, ...CONTEXT, ...SEARCH_AND_MARKETING, ...OTHERS];

function channelTypes(): string {
  const types =
    'web social mobile messaging email offline display search social_display video affiliate affinity apps preload direct external mail instore';
  return types
    .split(' ')
    .map((type) => `"https://ns.adobe.com/xdm/channel-types/${type}"`)
    .join(',');
}
