package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.export.ClassCatalog;
import io.github.camelroboflow.export.ExportFormat;
import io.github.camelroboflow.export.ExportFormat.Dataset;
import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.export.ExportedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exports of a batch, each in a folder of its name. A folder gets its name when it is complete. One that is there already may
 * have been edited, and is kept.
 */
final class BatchExports {

    private static final Logger LOG = LoggerFactory.getLogger(BatchExports.class);

    private final List<Export> exports = new ArrayList<>();

    /** One format with its folder while it is written. */
    private static final class Export {

        private final ExportFormat format;
        private final Path temporary;
        private final DatasetWriter writer;
        private long written;
        private long left;
        private String reason;

        Export(ExportFormat format, Path temporary, DatasetWriter writer) {
            this.format = format;
            this.temporary = temporary;
            this.writer = writer;
        }
    }

    /**
     * @param images  the folder of the images; empty if they are not on this machine
     * @param classes those of all results
     */
    BatchExports(List<ExportFormat> formats, Path out, Optional<Path> images, ClassCatalog classes) throws IOException {
        for (ExportFormat format : formats) {
            if (format == ExportFormat.CSV) {
                // results.csv is there in any case
                continue;
            }
            Path folder = out.resolve(format.toString());
            if (Files.exists(folder)) {
                LOG.warn("{} is kept as it is: delete it before a run that is to write it again", folder);
                continue;
            }
            Path temporary = out.resolve("." + format + ".tmp");
            delete(temporary);
            Files.createDirectory(temporary);
            exports.add(new Export(format, temporary, format.open(new Dataset(temporary, images, classes))));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    void add(ExportedImage image) throws IOException {
        for (Export export : exports) {
            try {
                export.writer.add(image);
                export.written++;
            } catch (IllegalArgumentException e) {
                export.left++;
                export.reason = export.reason == null ? e.getMessage() : export.reason;
            }
        }
    }

    /** Ends the exports and gives the folders their names. Without this call, the next run begins them anew. */
    void complete() throws IOException {
        for (Export export : exports) {
            export.writer.close();
            if (export.left > 0) {
                LOG.warn("{} of {} results are not in the export {}: {}", export.left, export.left + export.written, export.format,
                        export.reason);
            }
            if (export.left > 0 && export.written == 0) {
                delete(export.temporary);
            } else {
                Files.move(export.temporary, export.temporary.resolveSibling(export.format.toString()),
                        StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }
}
