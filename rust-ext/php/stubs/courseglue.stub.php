<?php

// Written by generate.php from the extension courseglue: do not edit.

namespace CourseGlue;

/**
 * The site could not do what it was asked to.
 */
class Exception extends \Exception {}

/**
 * Settings or arguments are bad.
 */
class SettingsException extends Exception {}

/**
 * The view cannot be written. The code is 1 where it was deleted meanwhile: begin again.
 */
class ViewException extends Exception {}

/**
 * One site of the network: answers its peers, and joins, synchronises, publishes and searches of its own accord.
 *
 * Structured data crosses as JSON text. What a call returns under `changes` is to be stored in the database, and
 * shown to later calls by a new view.
 */
final class Node {
    /**
     * The number of the interface between extension and plugin.
     */
    public const ABI = 8;

    /**
     * A node with these settings, JSON. Nothing is read or sent yet.
     *
     * @throws SettingsException that names the fault.
     */
    public function __construct(string $settings) {}

    /**
     * A new secret key: 32 random bytes, in base64.
     */
    public static function generateSecret(): string {}

    /**
     * The public key of a secret key, both in base64.
     *
     * @throws SettingsException for what is no secret key.
     */
    public static function publicKey(string $secret): string {}

    /**
     * Reads the URL of a site: `{"address","scheme","domain","nodeid"}`, the address in canonical form.
     *
     * @throws SettingsException with a sentence for what cannot be a site's URL.
     */
    public static function identify(string $url): string {}

    /**
     * The language of a text, as an ISO 639-1 code; null when that is not sure.
     */
    public static function detectLanguage(string $text): ?string {}

    /**
     * The terms under which a text in this language is found, for diagnosis.
     */
    public static function terms(string $text, string $lang): array {}

    /**
     * Signs a text as this site: `{"body","sig"}`. The type is descriptor, voucher, record or tombstone.
     *
     * @throws SettingsException for another type, or settings without a secret.
     */
    public function sign(string $type, string $body): string {}

    /**
     * Builds and signs a course's record from its content (a record's body without site and seq):
     * `{"recordid","seq","body","sig","terms"}`. Contents, then summaries, are cut until it fits.
     *
     * @throws SettingsException that names what is missing or out of bounds.
     */
    public function record(string $content, int $seq): string {}

    /**
     * Signs the withdrawal of this site's record with this local id from the homes of these terms, of which the first
     * 128 are signed: `{"recordid","seq","body","sig","terms"}`.
     *
     * @throws SettingsException for settings without a secret, or what is no term.
     */
    public function tombstone(string $id, int $seq, array $terms): string {}

    /**
     * The revision of the view; -1 when there is none that this extension can use.
     */
    public function revision(): int {}

    /**
     * The state of the view: `{"revision","caughtup","rows","bytes"}`, rows and bytes being those of its log; null
     * when there is none that this extension can use.
     */
    public function state(): ?string {}

    /**
     * The host that [`Node::handle`] would ask before it answers this request; null where it answers without. Two
     * processes must not ask one host at the same moment, before the first check is written down: lock it first.
     */
    public function hostToCheck(string $method, string $query, string $body): ?string {}

    /**
     * The sequence number of what is signed next, Unix ms: above `$last`, that of what was signed before, unless that is so
     * far ahead that nobody can have accepted it.
     */
    public static function nextSeq(int $last): int {}

    /**
     * Answers one request of a peer: `{"status","body","retryafter","changes"}`. The changes are to be stored
     * before the answer is sent. `$query` is the raw query string of the request, `$host` the host that may be asked;
     * where another one had to be, the answer is to come again.
     */
    public function handle(string $method, string $query, string $body, ?string $host): string {}

    /**
     * Asks which site is at this URL, without telling it anything about this one:
     * `{"found": {"url","address","nodeid","name"}}`, else `{"setback": {"site","trouble": {"kind", …}}}`.
     */
    public function probe(string $url): string {}

    /**
     * Joins the network through the site at this URL; through no site when it is empty, to be the first.
     * `$entry` is this site's own signed entry. `{"joined","problems","changes"}`; when it did not come to pass
     * `{"setback": {"site","trouble": {"kind", …}}}`.
     */
    public function join(string $url, string $entry): string {}

    /**
     * Whether news of sites are on their way, so that an exchange is due in each run of cron and not once an hour.
     */
    public function isSettling(): bool {}

    /**
     * Exchanges news with one other site: `{"peer","problems","changes"}`. `$entry` is this site's own signed
     * entry.
     *
     * @throws Exception when the entry is not this site's.
     */
    public function sync(string $entry): string {}

    /**
     * Sends records and withdrawals to the homes of their terms: `{"results","changes"}`.
     *
     * @throws Exception when the batch cannot be read.
     */
    public function publish(string $batch): string {}

    /**
     * Searches the network:
     * `{"total","complete","everything","looked_up","cut","asked","took_ms","hits","facets","changes"}`.
     *
     * @throws Exception when the query cannot be read.
     */
    public function search(string $query): string {}

    /**
     * Usage around the world, from what this site knows:
     * `{"sites","sharing","figures","countries","releases","languages"}`.
     */
    public function statistics(): string {}

    /**
     * Every known site: a list of `{"nodeid","address","url","name","country","lang","release","seq","figures"}`.
     */
    public function sites(): string {}
}

/**
 * A writer of a view: it holds the writers' lock until `release()`, or as long as it lives. Without `commit()` nothing
 * changes.
 */
final class ViewWriter {
    public function __construct() {}

    /**
     * Takes the lock of the view in a directory on the local disk, which is made when it is missing; null when another
     * process writes.
     *
     * @throws ViewException when the directory cannot be written.
     */
    public static function lock(string $dir): ?CourseGlue\ViewWriter {}

    /**
     * The state of the view: `{"revision","caughtup","rows","bytes"}`, rows and bytes being those of the log; null
     * when there is nothing that this extension can use, and the view has to be rebuilt.
     *
     * @throws ViewException after `release()`.
     */
    public function state(): ?string {}

    /**
     * Begins from nothing: the rows that follow are the whole state. Without this call they are changes.
     *
     * @throws ViewException after `release()`.
     */
    public function rebuild(): void {}

    /**
     * Adds a row: the JSON of one change. Deletions come before the rows that say what is there.
     *
     * @throws SettingsException for what is no change.
     * @throws ViewException after `release()`.
     */
    public function row(string $change): void {}

    /**
     * Makes the rows visible to every process at its next call, all of them at once. True when the log has grown so long
     * that `compact()` is due.
     *
     * `$revision` is the database's; `$caughtup` the moment, Unix seconds, before which everything is in.
     *
     * @throws ViewException when that cannot be; the view then stays as it was.
     */
    public function commit(int $revision, int $caughtup): bool {}

    /**
     * Folds the log into a new base, if that is due. It takes about a second where much is held.
     *
     * @throws ViewException when that cannot be; the view then stays as it was.
     */
    public function compact(): void {}

    /**
     * Lets other processes write.
     */
    public function release(): void {}

    /**
     * Writes how peers are answered without Moodle, JSON:
     * `{"node": settings without the secret, "gate": "open"|"joining"|"closed"|"boot", "limit": {"requests","seconds"},
     * "forced": string, "notes": string}`. Takes no lock.
     *
     * @throws SettingsException that names the fault.
     * @throws ViewException when the directory cannot be written.
     */
    public static function settings(string $dir, string $json): void {}
}

/**
 * Answers peers from the view alone: without Moodle, without its database.
 */
final class Endpoint {
    public function __construct() {}

    /**
     * The answer to one request: `['status' => int, 'headers' => string[], 'body' => string, 'changes' => string,
     * 'catchup' => bool]`; null when only Moodle can answer: a newcomer asks, or there is no view, or none of the last day.
     * The changes, a JSON list, are to be stored before the answer is sent; mostly there are none, and then it is ''.
     *
     * `$forced` is a digest of what config.php decides: where it differs from the one in the settings of the view,
     * only Moodle can answer. `$source` is the address that asks, as the limit counts it; '' is not limited. Where
     * `catchup` is true, this call has taken the turn to catch up the view once the answer is sent; other calls get no
     * turn until its request is over, and for 20 seconds at least.
     *
     * @throws SettingsException when the directory's name is no text.
     */
    public static function answer(string $dir, string $forced, string $method, string $query, string $body, string $acceptencoding, string $ifnonematch, string $source): ?array {}

    /**
     * The plugin's own notes in the settings of the view; null when there are no settings.
     *
     * @throws SettingsException when the directory's name is no text.
     */
    public static function notes(string $dir): ?string {}
}
