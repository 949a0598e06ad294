package io.github.camelroboflow.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The disk of a machine that loses power: a file system in a file, which is shut down without further writes. Mounting it requires
 * Linux, root and xfsprogs; elsewhere the test is skipped.
 */
final class PowerCutDisk implements AutoCloseable {

    private static final String SHOWN = "a power cut";
    private final Path image;
    private final Path mounted;
    private boolean isMounted;

    private PowerCutDisk(Path image, Path mounted) {
        this.image = image;
        this.mounted = mounted;
    }

    /** @param type ext4 or xfs */
    static PowerCutDisk of(String type, Path folder) {
        Path image = folder.resolveSibling(folder.getFileName() + ".img");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ShellCommands.demand(SHOWN, List.of("xfs_io", "-V"));
        ShellCommands.demand(SHOWN, List.of("truncate", "-s", "400m", image.toString()));
        ShellCommands.demand(SHOWN, List.of("mkfs." + type, "-q", image.toString()));
        PowerCutDisk disk = new PowerCutDisk(image, folder);
        ShellCommands.demand(SHOWN, disk.mounting());
        disk.isMounted = true;
        return disk;
    }

    Path path() {
        return mounted;
    }

    /** Writes all changes so far to the disk. */
    void sync() {
        ShellCommands.demand(SHOWN, List.of("sync", "-f", mounted.toString()));
    }

    /**
     * Stops all writes to the disk.
     *
     * @param names whether the journal is written first, as it is every few seconds; it has the names of files whose content may
     *              not be on the disk
     */
    void cut(boolean names) {
        ShellCommands.demand(SHOWN, List.of("xfs_io", "-x", "-c", names ? "shutdown -f" : "shutdown", mounted.toString()));
    }

    /** Mounts the disk again with the data that was on it. No process may have files open on it. */
    void restart() {
        close();
        if (!ShellCommands.run(mounting())) {
            throw new IllegalStateException(image + " can't be mounted again");
        }
        isMounted = true;
    }

    private List<String> mounting() {
        return List.of("mount", "-o", "loop", image.toString(), mounted.toString());
    }

    /** Returns the empty files, except hidden ones. */
    List<Path> empty(String... folders) {
        return Stream.of(folders).map(mounted::resolve).filter(Files::isDirectory).flatMap(folder -> {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(file -> Files.isRegularFile(file) && file.toFile().length() == 0
                        && !file.getFileName().toString().startsWith(".")).toList().stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }

    @Override
    public void close() {
        if (isMounted && !ShellCommands.run(List.of("umount", mounted.toString()))) {
            throw new IllegalStateException(mounted + " can't be unmounted");
        }
        isMounted = false;
    }
}
