package io.github.camelroboflow.app.launch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder {@code target/launch}, in which the launcher keeps what makes a start faster: a jar of the compiled classes, since an
 * archive takes no folders of classes, and the archive. The name of the archive depends on all that it was made from, so that one
 * of other jars, another JDK or other options is never used.
 */
final class LaunchFolder {

    private static final String ARCHIVES = "classes-";
    /** The number of archives that are kept, each of some 60 MB; two, for those who alternate between two JDKs. */
    private static final int MOST_ARCHIVES = 2;

    private final Path folder;
    private final Path classes;
    private final List<Path> libraries;

    /** @param classPath the folder of our classes, and the jars of the libraries */
    LaunchFolder(List<Path> classPath) {
        classes = classPath.get(0);
        libraries = classPath.subList(1, classPath.size());
        folder = classes.resolveSibling("launch");
    }

    /**
     * Returns the options that set the class path and use the archive, or let the program make it.
     *
     * @param jvmOptions the other options that an archive may depend on
     */
    List<String> options(List<String> jvmOptions) throws IOException {
        Files.createDirectories(folder);
        List<Path> classPath = new ArrayList<>(List.of(jar()));
        classPath.addAll(libraries);
        List<String> options = new ArrayList<>(archive(classPath, jvmOptions));
        // on Windows a command is shorter than the class path
        String path = classPath.stream().map(Path::toString).collect(Collectors.joining(System.getProperty("path.separator")));
        Path arguments = folder.resolve("classpath.args");
        write(arguments, "-cp \"" + path.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        options.add("@" + arguments);
        return options;
    }

    /** Returns the jar of our classes, which is made anew if one of them has changed since. */
    private Path jar() throws IOException {
        Path jar = folder.resolve("camel-roboflow.jar");
        if (!Files.exists(jar) || newest(classes).compareTo(Files.getLastModifiedTime(jar)) >= 0) {
            Path made = temporary(jar);
            int exitCode = ToolProvider.findFirst("jar").orElseThrow(() -> new IOException("Maven runs without a JDK"))
                    .run(System.out, System.err, "--create", "--no-compress", "--no-manifest", "--file", made.toString(), "-C",
                            classes.toString(), ".");
            if (exitCode != 0) {
                throw new IOException("the classes in " + classes + " can't be put into " + made);
            }
            Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE);
        }
        return jar;
    }

    private static FileTime newest(Path folder) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                FileTime time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    private List<String> archive(List<Path> classPath, List<String> jvmOptions) throws IOException {
        if (!classPath.stream().allMatch(Files::isRegularFile)) {
            return List.of();
        }
        StringBuilder origin = new StringBuilder(System.getProperty("java.home")).append(System.getProperty("java.vm.version"))
                .append(jvmOptions);
        for (Path jar : classPath) {
            origin.append('\n').append(jar).append(' ').append(Files.size(jar)).append(' ').append(Files.getLastModifiedTime(jar));
        }
        UUID id = UUID.nameUUIDFromBytes(origin.toString().getBytes(StandardCharsets.UTF_8));
        Path archive = folder.resolve(ARCHIVES + id + ".jsa");
        if (Files.exists(archive)) {
            return List.of("-Xshare:auto", "-Xlog:cds=off", "-XX:SharedArchiveFile=" + archive);
        }
        deleteOldArchives();
        Path list = Files.createTempFile("camel-roboflow", ".classes");
        list.toFile().deleteOnExit();
        return List.of("-XX:DumpLoadedClassList=" + list, "-D" + StartArchive.CLASSES + "=" + list,
                "-D" + StartArchive.ARCHIVE + "=" + archive);
    }

    private void deleteOldArchives() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            files.map(Path::toFile).filter(file -> file.getName().startsWith(ARCHIVES))
                    .sorted(Comparator.comparingLong(File::lastModified).reversed()).skip(MOST_ARCHIVES - 1)
                    .forEach(File::delete);
        }
    }

    /** Writes the file at once, for other starts at the same time. */
    private static void write(Path file, String text) throws IOException {
        // Java's launcher reads it in the character set of the system
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        Path written = Files.write(temporary(file), text.getBytes(charset));
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    }
}
