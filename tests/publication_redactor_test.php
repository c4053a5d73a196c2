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

namespace local_courseglue;

use local_courseglue\local\publication\plain_text;
use local_courseglue\local\publication\redaction\kind;
use local_courseglue\local\publication\redactor;

/**
 * What reaches a person or lets somebody in is taken out of texts, in every script, and nothing else.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\redactor
 * @covers     \local_courseglue\local\publication\redaction\email
 * @covers     \local_courseglue\local\publication\redaction\kind
 * @covers     \local_courseglue\local\publication\redaction\password
 * @covers     \local_courseglue\local\publication\redaction\phone_number
 * @covers     \local_courseglue\local\publication\redaction\web_link
 */
final class publication_redactor_test extends \basic_testcase {
    /**
     * A thing is taken out of the middle of a text, and its neighbours stay.
     *
     * @dataProvider things
     * @param string $kind
     * @param string $text
     * @param string $expected
     */
    public function test_it_is_taken_out(string $kind, string $text, string $expected): void {
        $redactor = new redactor();
        $this->assertSame($expected, $redactor->text($text));
        $this->assertSame([$kind], array_keys($redactor->found()));
    }

    /**
     * Texts with one thing in them.
     *
     * @return array[] kind, text, what is left
     */
    public static function things(): array {
        $things = [
            kind::EMAIL => [
                'Write to jane.doe+bio@uni.example.' => 'Write to ….',
                'Write to <jane@uni.example> today' => 'Write to <…> today',
                'Mail müller@universität.example bitte' => 'Mail … bitte',
                'Пишите: иван@пример.рф завтра' => 'Пишите: … завтра',
                'Γράψτε στο γιάννης@παράδειγμα.ελ σήμερα' => 'Γράψτε στο … σήμερα',
                'כתבו אל דנה@דוגמה.קום היום' => 'כתבו אל … היום',
                'راسلنا جين@مثال.إختبار اليوم' => 'راسلنا … اليوم',
                'लिखें राम@उदाहरण.भारत आज' => 'लिखें … आज',
                '请联系jane@uni.example或者来' => '请联系…或者来',
                '邮箱：用户@例子.公司' => '邮箱：…',
                'Full width ＪＡＮＥ＠ＵＮＩ．ＥＤＵ here' => 'Full width … here',
                'jane (at) uni (dot) example is mine' => '… is mine',
                'jane[at]uni.example is mine' => '… is mine',
                'jane {at} uni {dot} example is mine' => '… is mine',
                'jane(arroba)uni.example es mío' => '… es mío',
                'Write jane at uni dot example please' => 'Write … please',
                'иван(собака)пример.рф пишите' => '… пишите',
                'jane @ uni.example is mine' => '… is mine',
                '"jane doe"@uni.example is mine' => '… is mine',
                'mailto:jane@uni.example is mine' => '… is mine',
                'jane@uni[.]example is mine' => '… is mine',
                'jane[@]uni[.]example is mine' => '… is mine',
                'jane @ uni . example is mine' => '… is mine',
                'jane%40uni.example is mine' => '… is mine',
                'jane AT uni.example is mine' => '… is mine',
                'Ask jane.doe at uni.example first' => 'Ask … first',
                'Write to jane at uni.example today' => 'Write to … today',
                'Contacto: jane arroba uni.example' => 'Contacto: …',
                'E-mail jane at mail.uni.example' => 'E-mail …',
                'Escríbenos a jane arroba uni.example' => 'Escríbenos a …',
                'иван(ат)пример.рф пишите' => '… пишите',
            ],
            kind::PHONE => [
                'Call +34 600 123 987 now' => 'Call … now',
                'Call +34600123987 now' => 'Call … now',
                'Call 0034 600 123 987 now' => 'Call … now',
                'Call (977) 55-81-23 now' => 'Call … now',
                'Llama al 977 558 123 ahora' => 'Llama al … ahora',
                'Llama al 612345678 ahora' => 'Llama al … ahora',
                'Appelez le 06 12 34 56 78 demain' => 'Appelez le … demain',
                'Appelez le 01.02.03.04.05 demain' => 'Appelez le … demain',
                'Call 1-800-555-1234 now' => 'Call … now',
                'Call +1 (555) 010-9999 ext. 12 now' => 'Call … now',
                'Tel. 030/1234567 Berlin' => 'Tel. … Berlin',
                'Phone: 4321, room 12' => 'Phone: …, room 12',
                'Тел.: 8 (495) 123-45-67 в Москве' => 'Тел.: … в Москве',
                'هاتف: ٠١٢٣٤٥٦٧٨٩ اليوم' => 'هاتف: … اليوم',
                'تلفن ۰۲۱-۱۲۳۴۵۶۷۸ امروز' => 'تلفن … امروز',
                'फ़ोन: ०११-२३४५६७८९ आज' => 'फ़ोन: … आज',
                'ফোন ০১৭১১-১২৩৪৫৬ আজ' => 'ফোন … আজ',
                '电话010-12345678找我' => '电话…找我',
                'ＴＥＬ　０３－１２３４－５６７８　まで' => 'ＴＥＬ　…　まで',
                'Tel. ＋８１ ３ １２３４ ５６７８ Tokyo' => 'Tel. … Tokyo',
                'โทร ๐๒-๑๒๓-๔๕๖๗ วันนี้' => 'โทร … วันนี้',
                'SĐT: 0912 345 678 nhé' => 'SĐT: … nhé',
                '☎ 030 1234567 Berlin' => '☎ … Berlin',
                'tel:+34600123987 today' => '… today',
                'Aviso 977 558 123 ahora' => 'Aviso … ahora',
                'Jean 06 12 34 56 78 demain' => 'Jean … demain',
                'Dean: 977558123, room 12' => 'Dean: …, room 12',
                'Tel977558123 now' => 'Tel… now',
                'Phone (private) 5551234 now' => 'Phone (private) … now',
                'Ext. 4321, room 12' => 'Ext. …, room 12',
                '电话一三八〇〇一三八〇〇〇找我' => '电话…找我',
                'Call https://example.org/call/+34600123987 now' => 'Call https://example.org/call/… now',
                'Dates 01-02-03-04-05 demain' => 'Dates … demain',
            ],
            kind::MEETING => [
                'Zoom: https://zoom.us/j/123?pwd=abc at ten' => 'Zoom: … at ten',
                'See uni.zoom.us/my/jane.doe at ten' => 'See … at ten',
                'See https://teams.microsoft.com/l/meetup-join/19%3ax at ten' => 'See … at ten',
                'See meet.google.com/abc-defg-hij at ten' => 'See … at ten',
                'See https://x.webex.com/meet/jane at ten' => 'See … at ten',
                'See https://bbb.uni.example/b/jan-abc-def at ten' => 'See … at ten',
                'See https://uni.example/bigbluebutton/api/join?x=1 at ten' => 'See … at ten',
                'See https://meet.jit.si/OurRoom at ten' => 'See … at ten',
                'Chat: https://chat.whatsapp.com/AbCdEf here' => 'Chat: … here',
                'Chat: discord.gg/abc here' => 'Chat: … here',
                'Call sip:room@uni.example here' => 'Call … here',
                '会议：https://meeting.tencent.com/dm/abc 十点' => '会议：… 十点',
                'Videoconferencia: https://rooms.new.example/jane a las diez' => 'Videoconferencia: … a las diez',
                'Join the online meeting here: https://new.example/jane at ten' => 'Join the online meeting here: … at ten',
                'See https://new.example/x?room=jane at ten' => 'See … at ten',
                'See https://uni.zoom-x.de/j/1 at ten' => 'See … at ten',
                'See https://cloud.example/call/ab12cd34 at ten' => 'See … at ten',
            ],
            kind::SECRET_LINK => [
                'Get https://files.example/x?token=abc soon' => 'Get … soon',
                'Get https://files.example/x#access_token=abc soon' => 'Get … soon',
                'Get https://jane:pass@files.example/x soon' => 'Get … soon',
                'Get (https://files.example/x.pdf?X-Amz-Signature=abc) soon' => 'Get (…) soon',
                'Get https://cloud.example/s/AbCdEfGh123 soon' => 'Get … soon',
                'Get https://docs.google.com/document/d/1AbC2dEf3GhI4jKl5/edit soon' => 'Get … soon',
                'Get https://uni.example/reset/3f2504e0-4f89-11d3-9a0c-0305e82c3301 soon' => 'Get … soon',
                'Get https://moodle.example/enrol/index.php?id=5&enrolkey=x soon' => 'Get … soon',
                'Get https://files.example/x?token%3Dabc soon' => 'Get … soon',
                'Get https://files.example/?to=https%253A%252F%252Fx.example%252F%253Ftoken%253Dabc soon' => 'Get … soon',
                'Get https://files.example/x;jsessionid=abc soon' => 'Get … soon',
                'Get https://files.example/token/abc soon' => 'Get … soon',
                'Get https://files.example/?user[token]=abc soon' => 'Get … soon',
                'Get https://files.example/?пароль=секрет soon' => 'Get … soon',
                'Get http://10.0.0.1/?token=abc soon' => 'Get … soon',
                'Get 10.0.0.1/?token=abc soon' => 'Get … soon',
            ],
            kind::PASSWORD => [
                'Password: sesame' => 'Password: …',
                'The password is Hunter2, tell nobody' => 'The password is …, tell nobody',
                'Passwort: geheim' => 'Passwort: …',
                'Contraseña: hunter2, aula 3' => 'Contraseña: …, aula 3',
                'Mot de passe : ouvre-toi9' => 'Mot de passe : …',
                'Пароль: секрет' => 'Пароль: …',
                'كلمة المرور: سر123' => 'كلمة المرور: …',
                '密码：abc123' => '密码：…',
                'パスワード: himitsu' => 'パスワード: …',
                'Enrolment key: sesame' => 'Enrolment key: …',
                'Meeting ID: 845 1234 5678' => 'Meeting ID: …',
                'Enrolment key: sesame for all' => 'Enrolment key: … for all',
                'Enrolment key (students): sesame' => 'Enrolment key (students): …',
                'The password for the quiz is hunter2.' => 'The password for the quiz is ….',
                'Password for the quiz: hunter2' => 'Password for the quiz: …',
                'The password hunter2 opens it' => 'The password … opens it',
                'Password - hunter2' => 'Password - …',
                'Passwords: hunter2 and so on' => 'Passwords: … and so on',
                'Kurskennwort: sesam' => 'Kurskennwort: …',
                'Chiave d’iscrizione: sesamo' => 'Chiave d’iscrizione: …',
                'Klucz dostępu: sezam' => 'Klucz dostępu: …',
                'Ключ реєстрації: сезам' => 'Ключ реєстрації: …',
                '登録キー：himitsu' => '登録キー：…',
                'مفتاح التسجيل: سمسم' => 'مفتاح التسجيل: …',
                '密碼為 abc' => '密碼為 …',
            ],
        ];
        $cases = [];
        foreach ($things as $kind => $texts) {
            foreach ($texts as $text => $expected) {
                $cases["{$kind}: {$text}"] = [$kind, $text, $expected];
            }
        }
        return $cases;
    }

    /**
     * What a course may well say stays as it is.
     *
     * @dataProvider ordinary
     * @param string $text
     */
    public function test_ordinary_text_stays(string $text): void {
        $redactor = new redactor();
        $this->assertSame($text, $redactor->text($text));
        $this->assertSame([], $redactor->found());
    }

    /**
     * Texts with nothing to take out.
     *
     * @return array[]
     */
    public static function ordinary(): array {
        $texts = [
            'Biology 2024-2025', 'From 15.09.2025 to 20.12.2025', '15. 9. 2025 – 30. 6. 2026', '2025-09-15 10:30', '10:00-12:00',
            '09/2025 - 01/2026', '1914–1918 and 1939-1945', 'The years 1200-1350', 'course 20250915', 'HIST 1001',
            'BIO-101-2025-1234', 'Join us at moodle.org', 'Contact us at uni.example', 'Study at uni.example', 'Contact hours at uni.example',
            'ISBN 978-3-16-148410-0', '9783161484100', 'doi:10.1000/182', 'DOI 10.1038/s41586-020-2649-2', 'ISO 9001:2015',
            '12 345 678 people', '1.234.567', '1 386 000 000', '5,000,000', '3.14159265', '192.168.100.200', 'v1.2.3.4', '24/7',
            'Passwords: how to choose one', 'The password is not stored', 'Password security', 'PIN diodes',
            'Secret gardens: a history',
            'Token economies in the classroom', 'Key: C major', 'e-mail etiquette', 'Zoom in on cells', 'Meeting people',
            'Learn ASP.NET and Node.js',
            'https://example.org/page', 'see www.example.org and https://example.org/wiki/Marine_Biology_2025',
            'https://example.org/introduction-to-biology-2025-part-2', 'https://doi.org/10.1038/s41586-020-2649-2',
            'https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'https://moodle.example/course/view.php?id=12345678',
            'telephone networks 1876',
            '10.30-12.00', '09/01/25-06/30/26', '1-15/9/2025', '2025 09 01', '15 09 2025', '20250901-20260630', '1000-500',
            '3000-1200 BC',
            '100 000 – 200 000', '15.000-20.000', '5 000 000 – 6 000 000', '2 3 5 7 11 13 17 19', '1 1 2 3 5 8 13 21 34',
            '0-306-40615-2',
            '0 393 04002 X', '299 792 458 m/s', '3.14159 26535 89793', '8000000000 people', 'CAS 7732-18-5', 'Rooms 101/102/103',
            'TEL1010',
            'https://doi.org/10.1016/j.cell.2020.01.001', 'Password for beginners', 'Course code: BIO101', 'Key: C# minor',
            'matrix:algebra',
            'tel:aviv', 'Class code of conduct: be kind', 'https://discord.com', 'Zoom in on https://example.org/cells',
            'Meet @ noon',
            'https://example.org/?share=1&access=open', '二零二五年至二零二六年', '一二三四五六七八九',
            '(1.000-1.450 d.C.)', 'Reglamento 2016/679', "the password for your account on 'Moodle'", 'ISSN:0076-6879',
            'C++/C# and @home', 'Set theory 1 2 3 4 5 6 7 8 9', '二零二五年生物学导论 2025',
        ];
        return array_combine($texts, array_map(fn(string $text): array => [$text], $texts));
    }

    public function test_what_stands_before_a_number_is_read_wherever_the_number_is(): void {
        foreach (['', 'x', 'xx'] as $shift) {
            $before = $shift . str_repeat('電', 200) . ' ';
            $this->assertSame($before . 'Tel: …', (new redactor())->text($before . 'Tel: 4321'));
            $this->assertSame($before . 'ISSN:0076-6879', (new redactor())->text($before . 'ISSN:0076-6879'));
        }
    }

    /**
     * What nobody sees between the letters of an address hides it from nobody.
     *
     * @dataProvider unseen
     * @param string $html
     */
    public function test_what_nobody_sees_does_not_hide_it(string $html): void {
        $this->assertSame('Ask … now', (new redactor())->text(plain_text::from_html("Ask {$html} now")));
    }

    /**
     * Addresses and numbers with something unseen in them.
     *
     * @return array[] HTML
     */
    public static function unseen(): array {
        $texts = ['jane@uni<wbr>.example', 'jane&#64;uni&period;example', '600&#8203;123&#8203;987', 'https://zoom&#8203;.us/j/1'];
        foreach (['200B', 'FEFF', 'AD', '2060', '180E', '206A', 'FFF9', 'E0001', 'E0020'] as $code) {
            $texts[] = "jane&#x{$code};@uni&#x{$code};.exam&#x{$code};ple";
        }
        return array_combine($texts, array_map(fn(string $text): array => [$text], $texts));
    }

    public function test_spaces_without_width_still_part_the_words_of_thai(): void {
        $this->assertSame('ชีว วิทยา', plain_text::from_html("ชีว\u{200B}วิทยา"));
        $flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
        $this->assertSame($flag, plain_text::from_html($flag));
    }

    public function test_a_thing_is_counted_once_however_often_it_is_there(): void {
        $redactor = new redactor();
        $redactor->content([
            'summary' => ['en' => 'jane@uni.example or jane@uni.example', 'ca' => 'jane@uni.example'],
            'tags' => ['joe@uni.example'],
        ]);
        $this->assertSame([kind::EMAIL => ['jane@uni.example', 'joe@uni.example']], $redactor->found());
    }

    public function test_every_text_of_a_record_is_looked_at_and_what_is_left_without_words_is_left_out(): void {
        $content = (new redactor())->content([
            'id' => 'course/612345678',
            'lang' => 'en',
            'fullname' => ['en' => 'Biology jane@uni.example'],
            'shortname' => ['' => 'jane@uni.example'],
            'category' => [['en' => 'jane@uni.example'], ['en' => 'Life']],
            'tags' => ['jane@uni.example', 'cells'],
            'subject' => 'jane@uni.example',
            'level' => null,
            'start' => 1700000000,
            'link' => 'course/view.php?id=612345678',
            'contents' => [
                ['type' => 'page', 'name' => ['' => 'jane@uni.example'], 'link' => 'mod/page/view.php?id=1'],
                ['type' => 'page', 'name' => ['' => 'Cells'], 'link' => 'mod/page/view.php?id=612345678'],
            ],
            'addedlater' => 'Ask jane@uni.example',
        ]);
        $this->assertSame([
            'id' => 'course/612345678',
            'lang' => 'en',
            'fullname' => ['en' => 'Biology …'],
            'shortname' => [],
            'category' => [['en' => 'Life']],
            'tags' => ['cells'],
            'subject' => null,
            'level' => null,
            'start' => 1700000000,
            'link' => 'course/view.php?id=612345678',
            'contents' => [['type' => 'page', 'name' => ['' => 'Cells'], 'link' => 'mod/page/view.php?id=612345678']],
            'addedlater' => 'Ask …',
        ], $content);
    }
}
