<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

declare(strict_types=1);

namespace local_courseglue\local\publication\redaction;

/**
 * Links in a text that let somebody in: to meetings and chats, with a token or a password, to a person's telephone.
 *
 * Other links stay.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class web_link {
    /** @var string A link with a scheme, or a host with a path, a query or a fragment, or a bare host of the Web. */
    private const LINK = '~(?<![\p{L}\p{N}@])(?:'
        . '(?<scheme>[a-z][a-z0-9+.-]{1,20})\s?[:\x{FF1A}]\s?[/\x{FF0F}]{2}(?<rest>[^\s<>"«»“”„‘’'
        . '|^`\x{3002}\x{FF0C}\x{FF1B}、。，；]+)'
        . '|(?<app>mailto|tel|sms|smsto|callto|sips?|xmpp|skype|zoommtg|zoomus|msteams|whatsapp|tg|viber|facetime(?:-audio)?'
        . '|webcal|matrix)'
        . ':(?<what>[^\s<>"«»“”]+)'
        . '|(?<bare>(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+(?:\p{L}{2,24}'
        . '|xn--[a-z0-9-]+)(?::\d{1,5})?(?:[/?\#][^\s<>"«»“”„‘’|^`、。，；]*)?'
        . '|(?:localhost|(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?[/?\#][^\s<>"«»“”„‘’|^`、。，；]*)'
        . ')~iu';

    /** @var string[] Schemes that are a way to a person. */
    private const APPS = [
        'mailto' => kind::EMAIL, 'tel' => kind::PHONE, 'sms' => kind::PHONE, 'smsto' => kind::PHONE, 'callto' => kind::PHONE,
        'whatsapp' => kind::PHONE, 'viber' => kind::PHONE,
    ];

    /** @var string Hosts where people meet, call and chat. */
    private const MEETING_HOSTS = '~(?:^|\.)(?:zoom\.(?:us|com|com\.cn)|zoomgov\.com|teams\.(?:microsoft|live'
        . '|cloud\.microsoft)(?:\.com|\.us)?|meet\.google\.com'
        . '|hangouts\.google\.com|webex\.com(?:\.cn)?|gotomeeting\.com|gotomeet\.(?:me|com)|gotowebinar\.com|goto\.com'
        . '|bluejeans\.com|whereby\.com'
        . '|appear\.in|jit\.si|8x8\.vc|skype\.com|discord\.(?:gg|com)|discordapp\.com|chat\.whatsapp\.com|wa\.me'
        . '|api\.whatsapp\.com|whatsapp\.com'
        . '|t\.me|telegram\.(?:me|dog)|signal\.(?:me|group)|line\.me|lin\.ee|m\.me|meeting\.(?:tencent|qq)\.com'
        . '|voovmeeting\.com|dingtalk\.com|feishu\.cn'
        . '|larksuite\.com|lifesize(?:cloud)?\.com|chime\.aws|ringcentral\.com|around\.co|gather\.town|kumospace\.com'
        . '|adobeconnect\.com|livestorm\.co'
        . '|eyeson\.(?:com|team)|senfcall\.de|fairmeeting\.net|kmeet\.infomaniak\.com|telemost\.yandex\.(?:ru|com)'
        . '|jazz\.sber(?:bank)?\.ru|vk\.com/call'
        . '|join\.slack\.com|calendly\.com|demio\.com|bigmarker\.com|livewebinar\.com|clickmeeting\.com'
        . '|blackboardcollab\.com|collaborate\.\S+|edudip\.com'
        . '|alfaview\.com|wonder\.me|spatial\.chat|meetup\.chat|rooms\.gle|zhumu\.me|umeet\.com|element\.io|matrix\.to'
        . '|chat\.google\.com|framatalk\.org|talky\.io|tlk\.io|vdo\.ninja|starleaf\.com|zalo\.me|vk\.me|messenger\.com|cal\.com'
        . '|(?:u\.wechat|work\.weixin\.qq|qm\.qq)\.com|threema\.id|keet\.io|guilded\.gg|revolt\.chat|talk\.brave\.com|slack\.com'
        . '|(?:join|meeting)\.zoho\.(?:com|eu)|book\.ms|rendez-vous\.renater\.fr|conferenciaweb\.rnp\.br)$~iu';

    /** @var string First names of hosts that institutions give to their own rooms. */
    private const MEETING_NAMES = '~(?:^|[.-])(?:meet|zoom|zoom-x|bbb|bigbluebutton|jitsi|openmeetings|videoconf'
        . '|webconf)\d*\.|^(?:meeting|meetings|zoom|bbb\d*|bigbluebutton|jitsi|greenlight|webconf'
        . '|webconference|conf|conference|videoconf'
        . '|videoconferencia|visio|visioconference|vc|webinar|webinars|rooms?|konferenz|videokonferenz|telemost)\d*\.~iu';

    /** @var string Paths to a room. */
    private const MEETING_PATHS = '~/(?:bigbluebutton|bbb|jitsi|greenlight|webinar|videoconf\w*|join-meeting|meetup-join'
        . '|join|meet)(?:/|\?|$)'
        . '|/call/[a-z0-9]{8,}|/b/[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}|/rooms?/[a-z0-9]{3}-[a-z0-9]{3}|/(?:j|wc|w|s|my)/\d{8,}~iu';

    /** @var string Names of a room, in a query or fragment. */
    private const ROOM_NAMES = '~(?:^|[?&#;])(?:room|room_?(?:id|name)|meeting_?(?:id|key|name)?|mtid|conf_?(?:id|name)?)=~i';

    /** @var string The words that people write before a link to a room of any service: "Zoom: …", "Join the video call here: …". */
    private const ANNOUNCED = '~(?<!\p{L})(?:zoom|jitsi|bbb|bigbluebutton|webex|teams|google\smeet|skype|discord|slack'
        . '|whats\s?app|telegram'
        . '|(?:online|live|virtual|zoom|teams|video)[-\s]?(?:meeting|session|class(?:room)?|room|call|chat|lecture)s?'
        . '|meeting(?:\s(?:room|link|url))?|video[-\s]?(?:konferenz|conferenc\p{L}+|conférence|conferència|llamada|trucada'
        . '|chamada|anruf)'
        . '|webkonferenz|visio(?:conférence)?|videokonferenz|webinar\p{L}*|group\schat|chat(?:gruppe|\sgroup)?|sprechstunde'
        . '|office\shours'
        . '|reunión|reunió|réunion|reunião|riunione|besprechung|vergadering|møde|möte|spotkanie|встреча|конференция|вебинар|созвон'
        . '|اجتماع|جلسة|פגישה|会议|會議|会議|ミーティング|회의)(?:(?:\s\p{L}+){0,3}\s*[:\x{FF1A}>→=(\x{2013}-])?\s*$~iu';

    /** @var string Names of what lets in, in a query or fragment, whatever the value. */
    private const SECRET_NAMES = '~(?:^|[][_.-]|x-amz-)(?:pwd|pw|psw|pin|key|kennwort|пароль|密码|密碼|pass|passw(?:or)?d'
        . '|passcode|passwort|passphrase|contrasena'
        . '|senha|mdp|clave|token|\w*token'
        . '|secret|\w*secret|api-?key|\w+key|auth|authorization|sig|signature|credential|otp|jwt|sesskey'
        . '|sessionid|phpsessid|jsessionid|sid'
        . '|ticket|invite|invitation|invitecode|joincode|guestcode|accesscode|enrol(?:l?ment)?key|sharecode'
        . '|magic|nonce)\]?$~iu';

    /** @var string Such names as a part of a path, with the value as the next one. */
    private const SECRET_PATHS = '~/(?:\w*token|sesskey|passw(?:or)?d|secret|api-?key)/[^/?#]{3,}~i';

    /** @var int The most layers of encoding of an address inside another one. */
    private const ENCODED = 4;

    /** @var string Names of what may be one, where its value looks like it. */
    private const CODE_NAMES = '~(?:^|[_.-])(?:code|hash|access|session|share|si|h|k|t|tk|id|uid|u|p|s|e|d|c|state'
        . '|resourcekey|data|q|v)$~iu';

    /** @var string Links to what somebody shared with those that have the link. */
    private const SHARED = '~^(?:docs|drive|forms|sheets)\.google\.com/.*(?:/d/|/folders/|[?&]id=)|^(?:forms\.gle|1drv\.ms'
        . '|we\.tl|wetransfer\.com|forms\.office\.com|'
        . 'photos\.app\.goo\.gl|onedrive\.live\.com|icloud\.com|share\.icloud\.com)/|sharepoint\.com/:'
        . '|^(?:www\.)?dropbox\.com/(?:s|scl|sh|t|request)/'
        . '|/(?:index\.php/)?s/[a-z0-9]{10,}|/(?:share|shared|invite|enrol|signup|public/download-shares)/[a-z0-9_-]{6,}~iu';

    /**
     * Takes the links out.
     *
     * @param string $text plain text
     * @param callable $takeout (string $kind, string $found): string, what stands in its place
     * @return string|null null where PCRE gives up
     */
    public static function replace(string $text, callable $takeout): ?string {
        return preg_replace_callback(self::LINK, function (array $match) use ($text, $takeout): string {
            $offset = $match[0][1];
            $match = array_map(fn(array $part): ?string => $part[0], $match);
            $found = rtrim($match[0], ".,;:!?'…");
            if (!str_contains($found, '(')) {
                $found = rtrim($found, ')]}');
            }
            $kind = self::kind($match, $found, nearby::before($text, $offset));
            return $kind === null ? $match[0] : $takeout($kind, $found) . substr($match[0], strlen($found));
        }, $text, -1, $count, PREG_UNMATCHED_AS_NULL | PREG_OFFSET_CAPTURE);
    }

    /**
     * The kind of a link.
     *
     * @param array $match
     * @param string $found
     * @param string $before the text before it
     * @return string|null a constant of {@see kind}; null where it may stay
     */
    private static function kind(array $match, string $found, string $before): ?string {
        if ($match['app'] !== null) {
            // "Matrix:algebra" leads to nobody.
            $leadson = preg_match('~[@/?]|\p{Nd}{3}~u', $match['what']);
            return $leadson ? self::APPS[strtolower($match['app'])] ?? kind::MEETING : null;
        }
        $scheme = strtolower((string) $match['scheme']);
        if ($scheme !== '' && !in_array($scheme, ['http', 'https', 'ftp', 'ftps', 'sftp', 'ssh', 'git', 'ws', 'wss'], true)) {
            return self::APPS[$scheme] ?? kind::MEETING;
        }
        $address = $scheme === '' ? $found : preg_replace('~^[^:\x{FF1A}]*[:\x{FF1A}]\s?[/\x{FF0F}]{2}~u', '', $found);
        [$host, $path, $query] = self::parts($address);
        if (str_contains($host, '@')) {
            return kind::SECRET_LINK;
        }
        $host = preg_replace('~^www\.|:\d+$~', '', strtr(\core_text::strtolower($host), ['．' => '.']));
        $leadson = trim($path . $query, '/') !== '';
        // The home page of a service is no room in it.
        $isservice = preg_match(self::MEETING_HOSTS, $host, $service) && ($leadson || $service[0] !== $host);
        return match (true) {
            $isservice, $leadson && preg_match(self::MEETING_NAMES, $host) => kind::MEETING,
            preg_match(self::MEETING_PATHS, $path) || preg_match(self::ROOM_NAMES, $query) => kind::MEETING,
            self::has_secret($path . $query) || self::has_random($path) => kind::SECRET_LINK,
            (bool) preg_match(self::SHARED, $host . $path . $query) => kind::SECRET_LINK,
            $leadson && preg_match(self::ANNOUNCED, $before) => kind::MEETING,
            default => null,
        };
    }

    /**
     * Host, path, and everything behind that.
     *
     * @param string $address without the scheme
     * @return string[]
     */
    private static function parts(string $address): array {
        $host = strcspn($address, '/?#');
        $path = strcspn($address, '?#', $host);
        return [substr($address, 0, $host), substr($address, $host, $path), substr($address, $host + $path)];
    }

    /**
     * Whether a path, a query or a fragment holds what lets somebody in, however often it was encoded.
     *
     * @param string $address without the host
     * @return bool
     */
    private static function has_secret(string $address): bool {
        for ($plain = rawurldecode($address), $rounds = 0; $plain !== $address && $rounds < self::ENCODED; $rounds++) {
            [$address, $plain] = [$plain, rawurldecode($plain)];
        }
        if (preg_match(self::SECRET_PATHS, $plain)) {
            return true;
        }
        $names = strcspn($plain, '?#;');
        foreach (preg_split('~[?&#;]|&amp;~', substr($plain, $names), -1, PREG_SPLIT_NO_EMPTY) as $pair) {
            [$name, $value] = explode('=', $pair, 2) + [1 => ''];
            $named = $value !== '' && preg_match(self::SECRET_NAMES, $name);
            $coded = strlen($value) >= 6 && preg_match('~\d~', $value) && preg_match(self::CODE_NAMES, $name)
                && (preg_match('~\p{L}~u', $value) || preg_match('~code$~i', $name)) && !preg_match('~^v$~i', $name);
            if ($named || $coded || self::has_random($value === '' ? $name : $value)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether one of the pieces looks drawn by lot: no word, but enough letters and digits in disorder.
     *
     * @param string $path
     * @return bool
     */
    private static function has_random(string $path): bool {
        foreach (preg_split('~[/.:;,=+@!]~', rawurldecode($path)) as $piece) {
            $letters = preg_replace('~[^A-Za-z0-9]~', '', $piece);
            // Between words in a row, biology-2025-part-2, there is a sign.
            $turns = preg_match_all('~\d(?=[A-Za-z])|[A-Za-z](?=\d)~', $piece);
            $hex = preg_match('~^[0-9a-f]{20,}$~i', $letters) && preg_match('~\d~', $letters);
            if ($hex || (strlen($letters) >= 16 && $turns >= 3)) {
                return true;
            }
        }
        return false;
    }
}
