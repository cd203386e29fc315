/** The suggested values of `eventType`, by family. */
const FAMILIES: Readonly<Record<string, string>> = {
  advertising: 'completes timePlayed federated clicks conversions firstQuartiles impressions midpoints starts thirdQuartiles',
  application: 'close launch',
  web: 'webpagedetails.pageViews webinteraction.linkClicks formFilledOut',
  commerce:
    'checkouts productListAdds productListOpens productListRemovals productListReopens productListViews productViews purchases saveForLaters ' +
    'backofficeOrderPlaced backofficeOrderCancelled backofficeOrderItemsShipped backofficeCreditMemoIssued backofficeShipmentCompleted',
  decisioning: 'propositionDisplay propositionInteract propositionSend propositionDismiss propositionTrigger',
  delivery: 'feedback',
  message: 'feedback tracking renderingData',
  pushTracking: 'applicationOpened customAction',
  listOperation: 'removeFromList addToList',
  leadOperation:
    'scoreChanged revenueStageChanged statusInCampaignProgressionChanged interestingMoment newLead convertLead callWebhook ' +
    'changeEngagementCampaignCadence addToCampaign changeCampaignStream mergeLeads',
  directMarketing: 'emailBounced emailBouncedSoft emailDelivered emailUnsubscribed emailOpened emailClicked emailSent',
  opportunityEvent: 'removeFromOpportunity addToOpportunity opportunityUpdated',
  inappmessageTracking: 'dismiss display interact',
  media:
    'ping sessionStart play bufferStart pauseStart chapterStart chapterSkip chapterComplete adStart adSkip adComplete adBreakStart ' +
    'adBreakComplete bitrateChange error sessionComplete sessionEnd statesUpdate downloaded customTracking',
  location: 'entry exit',
};

/** For example `commerce.purchases`. */
export const EVENT_TYPES: readonly string[] = Object.entries(FAMILIES).flatMap(([family, names]) =>
  names.split(' ').map((name) => `${family}.${name}`),
);
