package io.github.camelroboflow.app.page;

import com.fasterxml.jackson.core.JacksonException;
import io.github.camelroboflow.app.page.RecentWork.FailedImage;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.FolderReplay;
import io.github.camelroboflow.delivery.source.ImageTally.Failure;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images that failed in this run and in earlier ones, and their return to the inbox. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    /** The number of files up to which the folder of failed images is read at the start. */
    private static final int MOST_FILES = 10_000;
    private static final int MOST = 100;

    private final RecentWork work;
    private final List<Watch> folders;
    private List<FailedImage> earlier;

    /** @param folders the watched folders */
    Failures(RecentWork work, List<Watch> folders) {
        this.work = work;
        this.folders = folders;
    }

    /** Returns the last failures, the newest first; the numbers of earlier runs are negative. */
    synchronized List<FailedImage> last() {
        List<FailedImage> recent = work.failures();
        if (earlier == null) {
            earlier = readFolders(recent.stream().map(FailedImage::file).toList());
        }
        return Stream.concat(recent.stream(), earlier.stream()).limit(MOST).toList();
    }

    /**
     * Moves the image of a failure back into the inbox.
     *
     * @return false if there is no such failure, or its image is gone or in a bucket
     */
    synchronized boolean retry(long number) throws IOException {
        Optional<FailedImage> failure = last().stream().filter(each -> each.number() == number && each.file() != null).findFirst();
        if (failure.isEmpty()) {
            return false;
        }
        boolean moved = false;
        for (Watch watch : folders) {
            moved |= FolderReplay.putBack(watch.folders(), failure.get().file());
        }
        work.forget(failure.get());
        earlier = earlier.stream().filter(each -> each.number() != number).toList();
        return moved;
    }

    private List<FailedImage> readFolders(List<Path> known) {
        List<Path> reports = new ArrayList<>();
        folders.forEach(watch -> reports.addAll(reports(watch.folders().failed())));
        List<FailedImage> found = new ArrayList<>();
        for (Path report : reports) {
            Path image = Path.of(report.toString().substring(0, report.toString().length() - FailureReport.SUFFIX.length()));
            if (!known.contains(image) && Files.isRegularFile(image, LinkOption.NOFOLLOW_LINKS)) {
                read(report).ifPresent(failure -> found.add(new FailedImage(0, failure, image)));
            }
        }
        found.sort(Comparator.comparing((FailedImage each) -> each.failure().time()).reversed());
        List<FailedImage> numbered = new ArrayList<>();
        found.stream().limit(MOST).forEach(failure ->
                numbered.add(new FailedImage(-1L - numbered.size(), failure.failure(), failure.file())));
        return numbered;
    }

    private static List<Path> reports(Path folder) {
        List<Path> reports = new ArrayList<>();
        int[] files = new int[1];
        try {
            Files.walkFileTree(folder.toAbsolutePath().normalize(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && file.toString().endsWith(FailureReport.SUFFIX)) {
                        reports.add(file);
                    }
                    return ++files[0] < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            LOG.debug("no failures of earlier runs", e);
        }
        return reports;
    }

    private static Optional<Failure> read(Path report) {
        try {
            FailureReport read = Json.MAPPER.readValue(Files.readAllBytes(report), FailureReport.class);
            return Optional.of(new Failure(Instant.parse(String.valueOf(read.time())), String.valueOf(read.image()),
                    String.valueOf(read.error())));
        } catch (JacksonException | DateTimeParseException e) {
            LOG.debug("{} is no report", report, e);
        } catch (IOException e) {
            LOG.debug("{} is gone", report, e);
        }
        return Optional.empty();
    }
}
