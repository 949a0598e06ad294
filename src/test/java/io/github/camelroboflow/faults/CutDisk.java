package io.github.camelroboflow.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A disk whose machine loses power: a file system in a file, that is shut down without writing anything more. It is mounted for the
 * purpose, which takes Linux, root and xfsprogs: elsewhere the test is skipped.
 */
final class CutDisk implements AutoCloseable {

    private final Path image;
    private final Path mounted;
    private boolean isMounted;

    private CutDisk(Path image, Path mounted) {
        this.image = image;
        this.mounted = mounted;
    }

    /** @param type ext4 or xfs */
    static CutDisk of(String type, Path folder) {
        Path image = folder.resolveSibling(folder.getFileName() + ".img");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        demand(List.of("xfs_io", "-V"));
        demand(List.of("truncate", "-s", "400m", image.toString()));
        demand(List.of("mkfs." + type, "-q", image.toString()));
        CutDisk disk = new CutDisk(image, folder);
        demand(disk.mounting());
        disk.isMounted = true;
        return disk;
    }

    Path path() {
        return mounted;
    }

    /** Has all that was written so far on the disk. */
    void sync() {
        demand(List.of("sync", "-f", mounted.toString()));
    }

    /**
     * Nothing is written any more.
     *
     * @param names whether the journal is written before, as it is every few seconds, with the names of files whose content
     *              may not be on the disk
     */
    void cut(boolean names) {
        demand(List.of("xfs_io", "-x", "-c", names ? "shutdown -f" : "shutdown", mounted.toString()));
    }

    /** Nobody has it open any more; what was on the disk is there again. */
    void restart() {
        close();
        if (!run(mounting())) {
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

    private static void demand(List<String> command) {
        Assumptions.assumeTrue(run(command), "not shown here, since this machine does not permit it: a power cut ("
                + String.join(" ", command) + ")");
    }

    private static boolean run(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (isMounted && !run(List.of("umount", mounted.toString()))) {
            throw new IllegalStateException(mounted + " can't be unmounted");
        }
        isMounted = false;
    }
}
