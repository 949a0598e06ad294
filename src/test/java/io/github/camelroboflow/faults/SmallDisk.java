package io.github.camelroboflow.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A small disk. Mounting it requires Linux and root; elsewhere the test is skipped. */
final class SmallDisk implements AutoCloseable {

    private static final String SHOWN = "a full disk";
    private static final int BLOCK = 4096;

    private final Path mounted;

    private SmallDisk(Path mounted) {
        this.mounted = mounted;
    }

    /** Mounts a disk in memory. */
    static SmallDisk tmpfs(Path folder, int megabytes) {
        return mount(folder, List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()));
    }

    /** Mounts an ext4 file system in a file beside the folder. */
    static SmallDisk ext4(Path folder, int megabytes) {
        Path image = folder.resolveSibling(folder.getFileName() + ".img");
        // no blocks are reserved for root
        ShellCommands.demand(SHOWN, List.of("mkfs.ext4", "-q", "-m", "0", image.toString(), megabytes + "m"));
        SmallDisk disk = mount(folder, List.of("mount", "-o", "loop", image.toString(), folder.toString()));
        try {
            Files.delete(folder.resolve("lost+found"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return disk;
    }

    private static SmallDisk mount(Path folder, List<String> command) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ShellCommands.demand(SHOWN, command);
        return new SmallDisk(folder);
    }

    Path path() {
        return mounted;
    }

    /** Fills all free blocks. */
    void fill() {
        try {
            long free = Files.getFileStore(mounted).getUsableSpace();
            // at once, since the program would be finished before a slower write
            String most = String.valueOf(Math.max(free - BLOCK * 16, BLOCK));
            ShellCommands.run(List.of("fallocate", "-l", most, mounted.resolve("filler").toString()));
            fillTheRest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fillTheRest() throws IOException {
        try (OutputStream rest = Files.newOutputStream(mounted.resolve("filler-2"), StandardOpenOption.CREATE)) {
            while (true) {
                rest.write(new byte[BLOCK]);
            }
        } catch (IOException full) {
            if (Files.getFileStore(mounted).getUsableSpace() > BLOCK) {
                throw full;
            }
        }
    }

    void free() {
        try {
            Files.delete(mounted.resolve("filler"));
            Files.delete(mounted.resolve("filler-2"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!ShellCommands.run(List.of("umount", mounted.toString()))) {
            throw new IllegalStateException(mounted + " can't be unmounted");
        }
    }
}
