// The running network that the tests drive, as the JSON file named by COURSEGLUE_NETWORK describes it.

import { readFileSync } from 'node:fs';

const file = process.env.COURSEGLUE_NETWORK;
if (!file) {
    throw new Error('COURSEGLUE_NETWORK names no file: run these tests by scripts/test browser.');
}

/** @type {{sites: Object<string, {url: string, version: string, name: string, admin: object, teacher: object, student: object}>}} */
export const network = JSON.parse(readFileSync(file, 'utf8'));

export const { a, b, c } = network.sites;

/** The body of the descriptor that a site last signed, asked for as another site would. */
export async function descriptor(site) {
    const answer = await fetch(`${site.url}/local/courseglue/peer.php?operation=describe`);
    if (!answer.ok) {
        throw new Error(`${site.url} answers ${answer.status} when asked to describe itself`);
    }
    return JSON.parse((await answer.json()).site.body);
}
