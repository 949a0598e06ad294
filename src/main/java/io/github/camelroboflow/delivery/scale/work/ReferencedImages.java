package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.bucket.SharedObjects.SharedObject;
import io.github.camelroboflow.delivery.bucket.SharedObjects;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.SharedWork;
import io.github.camelroboflow.delivery.folder.SharedWork.WorkImage;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.source.ImageTally.StoredImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Exchange;

/** Finds the images of references: files in the shared folder {@code work}, and objects of a bucket. */
public final class ReferencedImages {

    private final SharedWork folder;
    private final Function<Kind, SharedObjects> buckets;

    /**
     * @param folders the folders of images, of which {@code work} is the one into which a dispatcher puts them
     * @param buckets returns the bucket of a kind of objects, which it makes for the first reference to one
     */
    public ReferencedImages(InboxSettings folders, Function<Kind, SharedObjects> buckets) {
        this.folder = new SharedWork(folders);
        this.buckets = buckets;
    }

    /**
     * Returns the image, which may be gone.
     *
     * @throws IOException if no image can be read now
     */
    TakenReference find(ImageReference reference) throws IOException {
        return switch (reference.kind()) {
            case FILE -> new FileImage(reference);
            case S3, AZURE -> new ObjectImage(buckets.apply(reference.kind()).find(reference.place(), reference.key(),
                    reference.mark(), reference.size(), reference.name()));
        };
    }

    /** The image of a reference, on its way through the worker. Each step can be repeated after a failure half-way. */
    interface TakenReference {

        /** Makes the image's file readable. Returns {@code false} if the image is gone: an earlier worker has finished it. */
        boolean fetch(Exchange exchange) throws IOException;

        /** Returns the image, which stays until one of the steps below. */
        File file();

        /** Returns the address of the image's place, the same on every machine. */
        String source();

        /** Returns what distinguishes the image from others of its name: the object may have replaced the reference's. */
        String mark();

        /** Returns the name that the image and its results are filed under, with {@code /} between folders. */
        String filedName();

        /** Files the image whose results are delivered. Returns it where it is now. */
        StoredImage done() throws IOException;

        /** Files the image that failed, with its report. Returns its file; {@code null} if it is in a bucket. */
        Path failed(FailureReport report) throws IOException;

        /** Leaves the image where it is. */
        void release() throws IOException;
    }

    /** An object of a bucket. */
    private record ObjectImage(SharedObject object) implements TakenReference {

        @Override
        public boolean fetch(Exchange exchange) throws IOException {
            return object.fetch(exchange);
        }

        @Override
        public File file() {
            return object.file();
        }

        @Override
        public String source() {
            return object.source();
        }

        @Override
        public String mark() {
            return object.etag();
        }

        @Override
        public String filedName() {
            return object.filedName();
        }

        @Override
        public StoredImage done() throws IOException {
            return object.done();
        }

        @Override
        public Path failed(FailureReport report) throws IOException {
            object.failed(report);
            return null;
        }

        @Override
        public void release() throws IOException {
            object.release();
        }
    }

    /** A file in {@code work}. */
    private final class FileImage implements TakenReference {

        private final ImageReference reference;
        private WorkImage image;

        FileImage(ImageReference reference) {
            this.reference = reference;
        }

        @Override
        public boolean fetch(Exchange exchange) throws IOException {
            return isThere();
        }

        private boolean isThere() throws IOException {
            Optional<WorkImage> found = folder.find(reference.place(), reference.key(), reference.name());
            image = found.orElse(null);
            return found.isPresent();
        }

        @Override
        public File file() {
            return image.file().toFile();
        }

        @Override
        public String source() {
            return "file:" + reference.place();
        }

        @Override
        public String mark() {
            return reference.mark();
        }

        @Override
        public String filedName() {
            return image.filedName();
        }

        @Override
        public StoredImage done() throws IOException {
            return StoredImage.of(reference.name(), image.complete());
        }

        @Override
        public Path failed(FailureReport report) throws IOException {
            return image != null || isThere() ? image.fail(report) : null;
        }

        @Override
        public void release() {
            // the file stays in work
        }
    }
}
