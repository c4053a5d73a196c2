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
 * The view cannot be written.
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
    public const ABI = 2;

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
     * What a URL says about a site: `{"address","scheme","domain","nodeid"}`, the address in canonical form.
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
     * Signs the withdrawal of this site's record with this local id: `{"recordid","seq","body","sig"}`.
     *
     * @throws SettingsException for settings without a secret.
     */
    public function tombstone(string $id, int $seq): string {}

    /**
     * The revision of the view; -1 when there is none that this extension can use.
     */
    public function revision(): int {}

    /**
     * Answers one request of a peer: `{"status","body","retryafter","changes"}`. The changes are to be stored
     * before the answer is sent. `$query` is the raw query string of the request.
     */
    public function handle(string $method, string $query, string $body): string {}

    /**
     * Joins the network through the site at this URL; through no site when it is empty, to be the first.
     * `$entry` is this site's own signed entry. `{"joined","problems","changes"}`.
     *
     * @throws Exception with a sentence when it did not come to pass.
     */
    public function join(string $url, string $entry): string {}

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
     * Searches the network: `{"total","complete","cut","asked","took_ms","hits","facets","changes"}`.
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
 * Writes a new view beside the one in use, and puts it in its place when it is whole. Without `commit()` nothing
 * changes.
 */
final class ViewWriter {
    /**
     * Starts a view in a directory on the local disk, which is made when it is missing.
     *
     * `$revision` is the database's revision that the rows show.
     *
     * @throws ViewException when the directory cannot be written.
     */
    public function __construct(string $dir, int $revision) {}

    /**
     * Adds a row: the JSON of one change.
     *
     * @throws SettingsException for what is no change.
     * @throws ViewException when the disk is full or the view has been committed.
     */
    public function row(string $change): void {}

    /**
     * Puts the view in place of the former one, which every process notices at its next call.
     *
     * @throws ViewException when it cannot be put there; the former view then stays.
     */
    public function commit(): void {}
}
