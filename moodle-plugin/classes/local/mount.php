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

namespace local_courseglue\local;

/**
 * Finds out on which kind of file system a directory is.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class mount {
    /** @var string[] kinds that are shared over a network */
    private const NETWORK = ['9p', 'afs', 'beegfs', 'ceph', 'cifs', 'davfs', 'fuse.ceph', 'fuse.gcsfuse', 'fuse.glusterfs',
        'fuse.goofys', 'fuse.juicefs', 'fuse.mfs', 'fuse.mount-s3', 'fuse.rclone', 'fuse.s3fs', 'fuse.sshfs', 'gfs2', 'glusterfs',
        'gpfs', 'lustre', 'nfs', 'nfs4', 'ocfs2', 'smb3', 'smbfs'];

    /** @var string the system's table of mounts; a test has its own */
    public static string $table = '/proc/self/mounts';

    /**
     * The kind of network file system that a directory lies on, or will lie on when it is made.
     *
     * @param string $directory
     * @return string|null null when it lies on none, or when that cannot be told
     */
    public static function network_type(string $directory): ?string {
        while (!file_exists($directory) && dirname($directory) !== $directory) {
            $directory = dirname($directory);
        }
        $path = realpath($directory);
        $mounts = is_readable(self::$table) ? file(self::$table, FILE_IGNORE_NEW_LINES) : [];
        [$longest, $type] = [-1, null];
        foreach ($path === false ? [] : $mounts as $mount) {
            [, $point, $kind] = explode(' ', $mount . '  ');
            $point = rtrim(stripcslashes($point), '/');
            if (str_starts_with($path . '/', $point . '/') && strlen($point) >= $longest) {
                [$longest, $type] = [strlen($point), $kind];
            }
        }
        return in_array($type, self::NETWORK, true) ? $type : null;
    }
}
