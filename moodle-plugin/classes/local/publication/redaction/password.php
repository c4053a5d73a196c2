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
    private const WORD = '(?:pass[\s-]?word|passwd|pass\s?code|pass\s?phrase|pwd|passwort|kennwort|zugangs(?:code|kennwort'
        . '|schl(?:ü|ue)ssel)|einschreibe(?:schl(?:ü|ue)ssel|code)|kurs(?:schl(?:ü|ue)ssel|kennwort)'
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
        . '|(?:enrol?l?ment|enrol|join|invite|invitation)\s(?:key|code)|(?:course|class)\skey|access\s(?:code|key)|host\s?key'
        . '|pin(?:[-\s]?code)?|secret'
        . '|api[-\s]?key|token|chiave\sd[\'’]iscrizione|aanmeld(?:ings)?sleutel|toegangssleutel|klucz\sdostępu|kursnyckel'
        . '|kursusnøgle'
        . '|adgangsnøgle|påmeldingsnøkkel|kurssiavain|kl[ií]č\sk\szápisu|kľúč\sk\szápisu|beiratkozási\skulcs|kayıt\sanahtarı'
        . '|κλειδί\sεγγραφής|ключ\s(?:за\sзаписване|реєстрації|запису)|מפתח\sרישום|مفتاح\s(?:ال)?تسجيل|登録キー|登录密码|选课密码|등록\s?키'
        . '|pw|p/w|pass|key|schlüssel|cl[ée]|ключ|cheie\sde\sînscriere|matrikulatzeko\sgakoa'
        . '|(?:meeting|webinar|zoom|konferenz|reunión)[-\s]?(?:id|nr|number|code|kennung)|meeting-id'
        . '|id\sde\s(?:la\s)?(?:reunión|reunió|réunion|reunião)|会议(?:号|id)|會議(?:號|id)|ミーティング\s?id|회의\s?id'
        . '|идентификатор\sконференции)';

    /** @var string The words among them that many texts use otherwise, too. */
    private const AMBIGUOUS = '~^(?:secret|token|pin|clave|parola|parool|senha|geslo|heslo|has[łl]o|口令)$~iu';

    /** @var string The words that need a password behind them that looks like one. */
    private const WEAK = '~^(?:pw|p/w|pass|key|schlüssel|cl[ée]|ключ)$~iu';

    /** @var string The text that may follow the word: brackets, or whom or what the password is for. */
    private const FOR = '(?:\s?[(\[][^()\[\]]{1,40}[)\]]'
        . '|\s(?:for|to|of|für|zum|zur|para|pour|del?|du|per|voor|do|для|til|för)\s[^:=.!?;…]{1,40}?)?';

    /** @var string The characters between the word and the password. */
    private const IS = '(?:\s*[:=\x{FF1A}\x{FE55}\x{FF1D}→]\s*|\s+[-\x{2013}\x{2014}]\s+|\s+(?:is|lautet|ist|es|est|é|è|är'
        . '|er|on|это|είναι|は|为|為|ist:'
        . '|is:|es:)\s*[:\x{FF1A}]?\s+|(?:は|为|為|是)\s?)';

    /** @var string The thing: in quotes, or to the next space. */
    private const VALUE = '(?:["“„«‘\'\x{300C}]\s?[^"”“»’\'\x{300D}]{1,80}["”“»’\'\x{300D}]'
        . '|\p{Nd}{2,4}(?:[\s-]\p{Nd}{3,4}){1,3}|[^\s、。，；]{2,80})';

    /** @var string Words that begin a sentence or a title, and are no password. */
    private const FUNCTION_WORD = '~^(?:\p{L}{1,3}|what|when|which|where|with|your|this|that|from|some|than|does|cómo|cuál'
        . '|qué|para|como'
        . '|comment|pourquoi|quel|quelle|perché|come|warum|wozu|welche|eine|einen|kein|keine|waarom|hvordan|miksi|jak|как'
        . '|что|зачем)$~iu';

    /**
     * Takes the passwords out; the words for them stay.
     *
     * @param string $text plain text
     * @param callable $takeout (string $found): string, what stands in its place
     * @return string|null null where PCRE gives up
     */
    public static function replace(string $text, callable $takeout): ?string {
        $spaced = '(?<!' . unspaced::OTHER_LETTER . ')';
        $between = '(?:(?<for>' . self::FOR . ')(?<is>' . self::IS . ')|(?<gap>\s+))';
        $pattern = "~{$spaced}(?<before>(?<word>" . self::WORD . ")(?<plural>s?){$between})(?<value>" . self::VALUE . ')'
            . '(?=(?<after>.{0,12}))~isu';
        return preg_replace_callback($pattern, function (array $match) use ($takeout): string {
            $value = rtrim($match['value'], '.,;:!?)');
            if ($value === '' || self::is_sentence($value, $match)) {
                return $match[0];
            }
            return $match['before'] . $takeout($value) . substr($match['value'], strlen($value));
        }, $text);
    }

    /**
     * Whether a word for a password is just what a sentence is about: "Passwords: how to choose one", "The password is not sent".
     *
     * @param string $value
     * @param string[] $match word, plural, for, is: what stands before the value; after: what follows it
     * @return bool
     */
    private static function is_sentence(string $value, array $match): bool {
        $isunspaced = (bool) preg_match('~^(?:は|为|為|是)\s?$~u', $match['is']);
        $hassign = (bool) preg_match('~[:=\x{FF1A}\x{FE55}\x{FF1D}→]~u', $match['is']);
        $isword = (bool) preg_match('~^\p{L}\p{Ll}*$~u', $value);
        $isknown = !$isword && preg_match('~[\p{N}\p{P}\p{S}]|\p{Ll}\p{Lu}~u', $value);
        if (preg_match(self::WEAK, $match['word'])) {
            return !$hassign || !preg_match('~^(?=.*\p{L})(?=.*\p{N})\S{6,}$~u', $value);
        }
        if (!$hassign && !preg_match('~\p{L}~u', $match['is']) && !$isunspaced) {
            // Nothing but a space or a dash: "password hunter2", and not "password security".
            $looks = '~^(?=.*\p{L})(?=.*\p{N})[\p{L}\p{N}\p{S}!?@#%&*._-]{5,}$|^\p{Nd}{4,}$~u';
            return preg_match(self::AMBIGUOUS, $match['word']) || !preg_match($looks, $value);
        }
        if ($match['plural'] !== '' || preg_match('~^\s\p{L}~u', $match['for'])) {
            return !$isknown || !$hassign && !preg_match('~^\s+(?:is|es|est|ist|lautet)\s~iu', $match['is']);
        }
        if (!$isword) {
            return !$hassign && !$isknown && !$isunspaced;
        }
        if (!$hassign || !preg_match('~^\s+\p{Ll}{2,}~u', $match['after'])) {
            return !$hassign && !$isunspaced;
        }
        // "Token: a unit of language", "Password: how to choose one"; and not "Enrolment key: sesame for all".
        return preg_match(self::AMBIGUOUS, $match['word']) || preg_match(self::FUNCTION_WORD, $value);
    }
}
