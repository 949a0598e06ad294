package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.FileMark;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result of one image for one folder, and its copies. They are written under temporary names and published together. They never
 * replace another image's file, a foreign file or a folder; they get another name instead. They replace the files of an earlier
 * delivery of the same image, as after a crash.
 */
final class FolderFiles implements PendingWrites.Write {

    private static final Logger LOG = LoggerFactory.getLogger(FolderFiles.class);
    private static final int MOST_NAMES = 1000;

    private final Path folder;
    private final String resultFile;
    private final String deliveryId;
    private final Runnable published;
    /** The functions that make the final names, by temporary name and in the order of publication. */
    private final Map<Path, UnaryOperator<String>> parts = new LinkedHashMap<>();

    /**
     * Starts the files of an image.
     *
     * @param resultFile the result's name below the folder, if that is free
     * @param published  runs when the files are published
     */
    FolderFiles(Path folder, String resultFile, String deliveryId, Runnable published) {
        this.folder = folder;
        this.resultFile = resultFile;
        this.deliveryId = deliveryId;
        this.published = published;
    }

    /**
     * Writes one of the files.
     *
     * @param temporary its temporary name below the folder
     * @param name      makes its final name from the result's name
     * @throws GenericFileOperationFailedException if it can't be written; the message is Camel's own, so that it is classified in
     *                                             the same way
     */
    void write(InputStream content, String temporary, UnaryOperator<String> name) {
        Path file = SubFolders.below(folder, resultFile).resolveSibling(temporary);
        try {
            Disk.createFolder(file.getParent());
            try (OutputStream output = create(file)) {
                parts.put(file, name);
                content.transferTo(output);
            }
            FileMark.write(file, deliveryId);
        } catch (IOException e) {
            discard();
            throw failed(file, e);
        }
    }

    /** Creates a new file in the place of a leftover of a crash, which may be a second name of a published file. */
    private static OutputStream create(Path file) throws IOException {
        try {
            return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            Files.delete(file);
            return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }

    private static GenericFileOperationFailedException failed(Path file, IOException e) {
        return new GenericFileOperationFailedException("Cannot store file: " + file, e);
    }

    @Override
    public void force() {
        for (Path part : parts.keySet()) {
            try {
                Disk.force(part);
            } catch (IOException e) {
                throw failed(part, e);
            }
        }
    }

    @Override
    public Set<Path> publish() {
        try {
            for (int number = isOwn(resultOf(1), 1) ? 1 : 0; number < MOST_NAMES; number++) {
                List<Path> files = files(number);
                if (isFree(files, number) && publish(files, number)) {
                    published.run();
                    Set<Path> folders = new HashSet<>();
                    files.forEach(file -> folders.add(file.getParent()));
                    return folders;
                }
            }
            throw new FileAlreadyExistsException(folder.resolve(resultFile).toString(), null, "all names for it are taken");
        } catch (IOException e) {
            throw failed(folder.resolve(resultFile), e);
        }
    }

    /** Forces the files to disk and publishes them, for a route without {@link EndDelivery}. */
    private void commit() {
        try {
            force();
            for (Path changed : publish()) {
                Disk.forceFolder(changed);
            }
        } catch (IOException e) {
            throw failed(folder, e);
        } finally {
            discard();
        }
    }

    private List<Path> files(int number) {
        String result = name(number);
        return parts.values().stream().map(part -> SubFolders.below(folder, part.apply(result))).toList();
    }

    private Path resultOf(int number) {
        return SubFolders.below(folder, name(number));
    }

    /** Returns the result's name: the first choice is plain, later ones hold the delivery id and then a number. */
    private String name(int number) {
        if (number == 0) {
            return resultFile;
        }
        String mark = deliveryId.substring(0, Math.min(8, deliveryId.length())) + (number == 1 ? "" : "-" + number);
        return FileNames.withSuffix(FileNames.withMark(ImageCopies.stem(resultFile), mark), ImageCopies.RESULT);
    }

    /** Returns whether the names seem free: a link to nothing shows when a name is taken. */
    private boolean isFree(List<Path> files, int number) {
        return files.stream().allMatch(file -> !file.toFile().exists() || isOwn(file, number));
    }

    /** Returns whether a file belongs to this image: by its mark, or by the id in its name if files can't be marked. */
    private boolean isOwn(Path file, int number) {
        // the first check costs a tenth of the second one for a file that is missing
        return file.toFile().exists() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && FileMark.read(file).map(FileMark.of(deliveryId)::equals).orElse(number == 1);
    }

    /** Publishes the files. Returns whether all names were free. */
    private boolean publish(List<Path> files, int number) throws IOException {
        List<Path> temporary = List.copyOf(parts.keySet());
        List<Path> named = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            Disk.createFolder(file.getParent());
            try {
                if (isOwn(file, number)) {
                    Files.move(temporary.get(i), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } else {
                    Disk.rename(temporary.get(i), file);
                }
                named.add(file);
            } catch (FileAlreadyExistsException e) {
                LOG.debug("taken meanwhile", e);
                for (int back = 0; back < named.size(); back++) {
                    Files.move(named.get(back), temporary.get(back), StandardCopyOption.ATOMIC_MOVE);
                }
                return false;
            }
        }
        return true;
    }

    @Override
    public void discard() {
        for (Path part : parts.keySet()) {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                LOG.warn("{} can't be deleted: {}", part, e.toString());
            }
        }
    }

    /**
     * Writes the body into the folder in the exchange property {@value #FOLDER}, under the temporary name in the property
     * {@value #TEMPORARY}: as the copy of the image that the step before has made, or as the result. The result comes last. With
     * it, all files are ready and are published at the end of the delivery, or immediately in a route without {@link EndDelivery}.
     */
    public static final class FolderFileStep implements Processor {

        private static final String FOLDER = "CamelRoboflowFolder";
        private static final String TEMPORARY = "CamelRoboflowTemporary";
        private static final String FILES = "CamelRoboflowFolderFiles";

        private boolean result;

        /** Sets whether the body is the result, which is the last of the files. */
        public void setResult(boolean result) {
            this.result = result;
        }

        @Override
        public void process(Exchange exchange) throws IOException, InvalidPayloadException {
            FolderFiles files = files(exchange);
            UnaryOperator<String> name = result ? own -> own : ImageCopies.bound(exchange);
            try (InputStream content = exchange.getMessage().getMandatoryBody(InputStream.class)) {
                files.write(content, exchange.getProperty(TEMPORARY, String.class), name);
            }
            if (result) {
                exchange.removeProperty(FILES);
                DeliveryOutcomes.find(exchange).ifPresentOrElse(outcomes -> outcomes.pendingWrites().add(files), files::commit);
            }
        }

        private static FolderFiles files(Exchange exchange) {
            FolderFiles started = exchange.getProperty(FILES, FolderFiles.class);
            if (started != null) {
                return started;
            }
            String deliveryId = DeliveryExchange.header(exchange, ContractNames.DELIVERY_ID);
            if (deliveryId.isEmpty()) {
                // the files of two images would count as the files of one, and replace each other
                throw DeliveryExchange.noResult();
            }
            String folder = exchange.getProperty(FOLDER, String.class);
            FolderFiles files = new FolderFiles(Path.of(FileNames.writable(folder)),
                    FileNames.writable(DeliveryExchange.resultFile(exchange)), deliveryId,
                    () -> AcceptedDestinations.accepted(exchange, "file:" + folder));
            exchange.setProperty(FILES, files);
            return files;
        }

        /** Discards the files that were written before the result, if the result was never written. */
        static void discard(Exchange exchange) {
            PendingWrites.Write started = exchange.getProperty(FILES, FolderFiles.class);
            if (started != null) {
                started.discard();
            }
        }
    }
}
