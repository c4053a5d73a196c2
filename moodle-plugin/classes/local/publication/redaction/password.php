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
 * Passwords, enrolment keys and the numbers of meetings in a text: what follows a word for one of them.
 *
 * A word alone is no password: courses about passwords have titles, too.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class password {
    /** @var string Words for what lets somebody in. */
    private const WORD = '(?:pass\s?word|passwd|pass\s?code|pass\s?phrase|pwd|passwort|kennwort|zugangs(?:code|kennwort'
        . '|schl(?:ü|ue)ssel)|einschreibe(?:schl(?:ü|ue)ssel|code)'
        . '|mot\sde\spasse|mdp|code\sd[\'’]acc[èe]s|cl[ée]\sd[\'’]inscription|contrase(?:ñ|n)a|contrasenya'
        . '|clave(?:\sde\s(?:acceso|matriculaci[óo]n|inscripci[óo]n))?'
        . '|clau\sd[\'’](?:inscripci[óo]|acc[ée]s)|c[óo]digo\sde\s(?:acceso|acesso)|codi\sd[\'’]acc[ée]s|senha'
        . '|palavra[-\s]passe|chave\sde\sinscri[çc][ãa]o|parola(?:\sd[\'’]ordine)?'
        . '|codice\sd[\'’]accesso|wachtwoord|toegangscode|lösenord|passord|adgangskode|kodeord|salasana|has[łl]o|heslo|geslo'
        . '|lozinka|slapta[žz]odis|parool|jelsz[óo]|[şs]ifre'
        . '|пароль|парола|лозинка|код\sдоступа|кодовое\sслово|κωδικός|συνθηματικό|كلمة\s(?:ال)?(?:سر|مرور)|كلمة\sالمرور'
        . '|الرقم\sالسري|رمز\s(?:ال)?(?:دخول|مرور|عبور)|گذرواژه|סיסמ[הא]|קוד\sגישה'
        . '|密码|密碼|口令|会议密码|選課密碼|パスワード|パスコード|暗証番号|비밀번호|암호|รหัสผ่าน|mật\skh[ẩa]u|mã\struy\scập|पासवर्ड|कूटशब्द|পাসওয়ার্ড'
        . '|கடவுச்சொல்|kata\ssandi|kata\slaluan|nenosiri|գաղտնաբառ|პაროლი'
        . '|enrol?l?ment\skey|enrol\skey|access\s(?:code|key)|host\s?key|pin(?:[-\s]?code)?|secret|api[-\s]?key|token'
        . '|(?:meeting|webinar|zoom|konferenz|reunión)[-\s]?(?:id|nr|number|code|kennung)|meeting-id'
        . '|id\sde\s(?:la\s)?(?:reunión|reunió|réunion|reunião)|会议(?:号|id)|會議(?:號|id)|ミーティング\s?id|회의\s?id'
        . '|идентификатор\sконференции)';

    /** @var string What stands between the word and the thing. */
    private const IS = '(?:\s*[:=\x{FF1A}\x{FE55}\x{FF1D}]\s*|\s+(?:is|lautet|ist|es|est|é|è|är|er|on|это|είναι|は|为|為|ist:'
        . '|is:|es:)\s*[:\x{FF1A}]?\s+|は|为|為|是)';

    /** @var string The thing: in quotes, or to the next space. */
    private const VALUE = '(?:["“„«‘\'\x{300C}]\s?[^"”“»’\'\x{300D}]{1,80}["”“»’\'\x{300D}]'
        . '|\p{Nd}{2,4}(?:[\s-]\p{Nd}{3,4}){1,3}|[^\s、。，；]{2,80})';

    /**
     * Takes the passwords out; the words for them stay.
     *
     * @param string $text plain text
     * @param callable $takeout (string $found): string, what stands in its place
     * @return string|null null where PCRE gives up
     */
    public static function replace(string $text, callable $takeout): ?string {
        $spaced = '(?<!' . unspaced::OTHER_LETTER . ')';
        $pattern = "~{$spaced}(?<before>" . self::WORD . '(?<is>' . self::IS . '))(?<value>' . self::VALUE . ')'
            . '(?=(?<after>.{0,12}))~isu';
        return preg_replace_callback($pattern, function (array $match) use ($takeout): string {
            $value = rtrim($match['value'], '.,;:!?)');
            if ($value === '' || self::is_sentence($value, $match['is'], $match['after'])) {
                return $match[0];
            }
            return $match['before'] . $takeout($value) . substr($match['value'], strlen($value));
        }, $text);
    }

    /**
     * Whether a word for a password is just what a sentence is about: "Passwords: how to choose one", "The password is not sent".
     *
     * @param string $value
     * @param string $is what stands between the word and the value
     * @param string $after what follows
     * @return bool
     */
    private static function is_sentence(string $value, string $is, string $after): bool {
        $hassign = preg_match('~[:=\x{FF1A}\x{FE55}\x{FF1D}]~u', $is);
        if (!preg_match('~^\p{L}\p{Ll}*$~u', $value)) {
            $isknown = preg_match('~[\p{N}\p{P}\p{S}]|\p{Ll}\p{Lu}~u', $value);
            return !$hassign && !$isknown && !preg_match('~^(?:は|为|為|是)$~u', $is);
        }
        return !$hassign || (bool) preg_match('~^\s+\p{Ll}{2,}~u', $after);
    }
}
