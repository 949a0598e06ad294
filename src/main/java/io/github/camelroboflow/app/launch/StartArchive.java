package io.github.camelroboflow.app.launch;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the archive of classes (AppCDS) with which later starts are faster. A JVM of its own makes it, from the list of the classes
 * that this one has loaded, when the start is over: so no start is slower for it. A program that uses an archive makes none.
 */
public final class StartArchive {

    /** The property with the file of the archive to make; absent if there is none to make. */
    static final String ARCHIVE = "launch.archive";
    /** The property with the file into which the JVM writes the classes that it loads. */
    static final String CLASSES = "launch.classes";

    private static final Logger LOG = LoggerFactory.getLogger(StartArchive.class);
    /** The time after the beginning of the start, by which the samples are processed, too. */
    private static final int SECONDS = 20;

    private StartArchive() {
    }

    /** Begins to wait for the end of the start, if an archive is to be made. */
    public static void makeLater() {
        String archive = System.getProperty(ARCHIVE);
        String classes = System.getProperty(CLASSES);
        if (archive != null && classes != null) {
            Thread thread = new Thread(() -> make(Path.of(archive), Path.of(classes)), "start-archive");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} is left", file, e);
        }
    }

    private static void make(Path archive, Path classes) {
        Path made = Path.of(archive + "." + ProcessHandle.current().pid());
        try {
            TimeUnit.SECONDS.sleep(SECONDS);
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            // an archive fits only a JVM with the same options
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(option -> option.startsWith("--") || option.startsWith("-X") && !option.contains("DumpLoadedClassList"))
                    .forEach(command::add);
            command.addAll(List.of("-Xshare:dump", "-XX:TieredStopAtLevel=1", "-XX:SharedClassListFile=" + classes,
                    "-XX:SharedArchiveFile=" + made, "-cp", System.getProperty("java.class.path")));
            Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            if (process.waitFor() == 0) {
                Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException | IllegalStateException | InterruptedException e) {
            LOG.debug("No archive of classes was made", e);
        } finally {
            delete(made);
            delete(classes);
        }
    }
}
