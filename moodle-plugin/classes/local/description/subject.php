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

namespace local_courseglue\local\description;

/**
 * Subjects: the fields of education of ISCED-F 2013, a tree of three levels whose codes have two, three and four digits.
 *
 * The codes are the standard's, and so is the tree; the labels are our own, in the reader's language.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class subject extends vocabulary {
    /** @var string The prefix of the labels' names among the language strings. */
    protected const STRINGS = 'subject_';

    /** @var string[] The detailed fields; the fields above them are the beginnings of their codes. */
    private const DETAILED = [
        '0011', '0021', '0031', '0111', '0112', '0113', '0114', '0211', '0212', '0213', '0214', '0215', '0221', '0222', '0223',
        '0231', '0232', '0311', '0312', '0313', '0314', '0321', '0322', '0411', '0412', '0413', '0414', '0415', '0416', '0417',
        '0421', '0511', '0512', '0521', '0522', '0531', '0532', '0533', '0541', '0542', '0611', '0612', '0613', '0711', '0712',
        '0713', '0714', '0715', '0716', '0721', '0722', '0723', '0724', '0731', '0732', '0811', '0812', '0821', '0831', '0841',
        '0911', '0912', '0913', '0914', '0915', '0916', '0917', '0921', '0922', '0923', '1011', '1012', '1013', '1014', '1015',
        '1021', '1022', '1031', '1032', '1041',
    ];

    /**
     * Every code, from the root down and in the standard's order.
     *
     * @return string[]
     */
    #[\Override]
    public static function codes(): array {
        $codes = [];
        foreach (self::DETAILED as $code) {
            foreach ([2, 3, 4] as $digits) {
                $codes[substr($code, 0, $digits)] = substr($code, 0, $digits);
            }
        }
        return array_values($codes);
    }

    #[\Override]
    protected static function candidates(): array {
        // The narrower of two fields of one name says more.
        return array_reverse(self::codes());
    }

    /**
     * Every field with the names of the fields above it, so that typing one of these names finds all fields below it.
     *
     * @return string[] code → path of labels
     */
    public static function options(): array {
        $options = [];
        foreach (self::codes() as $code) {
            $above = strlen($code) > 2 ? $options[substr($code, 0, -1)] . ' / ' : '';
            $options[$code] = $above . self::label($code);
        }
        return array_combine(
            array_map(strval(...), array_keys($options)),
            array_map(fn(string $path, int|string $code): string => "{$path} ({$code})", $options, array_keys($options)),
        );
    }
}
