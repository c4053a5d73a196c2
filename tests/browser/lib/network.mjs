// The running network that the tests drive, as the JSON file named by COURSEGLUE_NETWORK describes it.

import { readFileSync } from 'node:fs';

const file = process.env.COURSEGLUE_NETWORK;
if (!file) {
    throw new Error('COURSEGLUE_NETWORK names no file: run these tests by scripts/test browser.');
}

/** @type {{sites: Object<string, {url: string, version: string, name: string, admin: object, teacher: object, student: object}>}} */
export const network = JSON.parse(readFileSync(file, 'utf8'));

export const { a, b, c } = network.sites;

/** What a site answers when it is asked for something as another site would. */
async function ask(site, operation) {
    const answer = await fetch(`${site.url}/local/courseglue/peer.php?operation=${operation}`);
    if (!answer.ok) {
        throw new Error(`${site.url} answers ${answer.status} to ${operation}`);
    }
    return answer.json();
}

/**
 * What every site of the network last signed about itself: the three are asked themselves. A site that has left is still
 * counted until its lease ends at the end of the day: its last word is the one that the first site keeps. What has moved
 * counts at its new address.
 */
export async function descriptors() {
    const own = await Promise.all([a, b, c].map(async (site) => JSON.parse((await ask(site, 'describe')).site.body)));
    const addresses = new Set(own.map(({ address }) => address));
    const kept = (await ask(a, 'snapshot')).sites.map(({ body }) => JSON.parse(body));
    return [...own, ...kept.filter((site) => !addresses.has(site.address) && site.moved_to === undefined)];
}
