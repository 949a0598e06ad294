package io.github.camelroboflow.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk whose machine loses power: a file system in a file, that is shut down without writing anything more. It is mounted for the
 * purpose, which takes Linux, root and xfsprogs: elsewhere the test is skipped.
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

    /** Has all that was written so far on the disk. */
    void sync() {
        ShellCommands.demand(SHOWN, List.of("sync", "-f", mounted.toString()));
    }

    /**
     * Nothing is written any more.
     *
     * @param names whether the journal is written before, as it is every few seconds, with the names of files whose content
     *              may not be on the disk
     */
    void cut(boolean names) {
        ShellCommands.demand(SHOWN, List.of("xfs_io", "-x", "-c", names ? "shutdown -f" : "shutdown", mounted.toString()));
    }

    /** Nobody has it open any more; what was on the disk is there again. */
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

    /** Files without content, but those that are not seen. */
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
