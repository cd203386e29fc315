/**
 * The starter audiences of the demo shop as someone who knows ClickHouse and our tables would write them by hand:
 * one statement each, answering with the size. The bar for what the planner makes of the PQL.
 */

type Sql = (now: string) => string;

const bought = "eventType = 'commerce.purchases'";

export const HANDWRITTEN: Readonly<Record<string, Sql>> = {
  'Did you forget to buy your sneakers?': (now) => `
    SELECT uniqExact(profile) AS size FROM events
    WHERE timestamp >= ${now} - INTERVAL 30 DAY AND positionCaseInsensitiveUTF8(\`siteSearch/query\`, 'running shoes') > 0
      AND profile NOT IN (SELECT profile FROM events WHERE ${bought} AND timestamp >= ${now} - INTERVAL 30 DAY)`,

  'Gold and platinum members we may write to': () => `
    SELECT count() AS size FROM profiles FINAL WHERE \`loyalty/tier\` IN ('gold', 'platinum') AND \`consents/marketing/email/val\` = 'y'`,

  'Big spenders of the quarter': (now) => `
    SELECT count() AS size FROM (
      SELECT profile FROM events WHERE ${bought} AND timestamp >= ${now} - INTERVAL 90 DAY
      GROUP BY profile HAVING sum(\`commerce/order/priceTotal\`) > 500)`,

  'Left a cart behind': (now) => lastWithoutPurchase("eventType = 'commerce.productListAdds'", `${now} - INTERVAL 7 DAY`),

  'Lapsed customers': (now) => `
    SELECT uniqExact(profile) AS size FROM events
    WHERE ${bought} AND timestamp >= ${now} - INTERVAL 365 DAY
      AND profile NOT IN (SELECT profile FROM events WHERE eventType = 'commerce.productViews' AND timestamp >= ${now} - INTERVAL 120 DAY)`,

  'Opens the newsletter, never clicks': (now) => `
    SELECT count() AS size FROM (
      SELECT profile FROM events
      WHERE eventType = 'directMarketing.emailOpened' AND \`marketing/campaignGroup\` = 'newsletter' AND timestamp >= ${now} - INTERVAL 180 DAY
      GROUP BY profile HAVING count() >= 2)
    WHERE profile NOT IN (SELECT profile FROM events WHERE eventType = 'directMarketing.emailClicked' AND timestamp >= ${now} - INTERVAL 180 DAY)`,

  'Looked at a tent, bought within a week': (now) => `
    SELECT uniqExact(profile) AS size FROM
      (SELECT profile, timestamp AS viewed FROM events
       WHERE eventType = 'commerce.productViews' AND timestamp >= ${now} - INTERVAL 365 DAY
         AND arrayExists(categories -> has(categories, 'tents'), \`productListItems/productCategories/categoryID\`)) AS views
      ASOF JOIN (SELECT profile, timestamp AS paid FROM events WHERE ${bought}) AS purchases
        ON views.profile = purchases.profile AND purchases.paid > views.viewed
    WHERE paid <= viewed + INTERVAL 7 DAY`,

  'Let down by a late delivery': (now) =>
    lastWithoutPurchase("`supportRequest/supportRequestSteps/type` = 'late delivery'", `${now} - INTERVAL 180 DAY`),
};

/** Profiles with such an event since then, and no purchase after the last of them. */
function lastWithoutPurchase(event: string, since: string): string {
  return `
    SELECT count() AS size FROM (
      SELECT profile, maxIf(timestamp, ${event}) AS last, maxIf(timestamp, ${bought}) AS paid FROM events
      WHERE timestamp >= ${since} AND (${event} OR ${bought})
      GROUP BY profile HAVING countIf(${event}) > 0 AND paid <= last)`;
}
