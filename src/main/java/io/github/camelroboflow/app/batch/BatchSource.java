package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.Hashes;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/** The place of a batch's images, which are only read. Several threads can take images. */
public sealed interface BatchSource extends Closeable permits FolderSource, BucketSource {

    /**
     * Tries what every image needs, as far as waiting for it does not help.
     *
     * @throws IllegalArgumentException with a sentence for a person
     */
    void check();

    /**
     * Begins a run.
     *
     * @param resumed  whether there are results of an earlier run, so that {@link #current} will be asked
     * @param stopping is open when the program stops, so that the run waits for nothing any more
     */
    void open(boolean resumed, CountDownLatch stopping) throws IOException;

    /** Returns the address for people. */
    String address();

    /** Returns the text that distinguishes the source from all others. */
    String identity();

    /** Returns the id that the images' exchanges have for their source. */
    String id();

    /** Returns the folder of the images; empty if they are not on this machine. */
    Optional<Path> folder();

    /** The images of a source, in the order of their names. Is used by one thread at a time. */
    interface Listing extends Iterator<BatchImage> {

        /**
         * Returns whether there is another image, and waits for that during an outage.
         *
         * @throws UncheckedIOException if the outage lasts
         */
        @Override
        boolean hasNext();

        /** Returns the number of files or objects so far that are no images by their names. */
        long others();
    }

    /**
     * Lists the images.
     *
     * @param unreadable receives the folders and files that can't be listed, which are left out
     */
    Listing list(BiConsumer<Path, IOException> unreadable);

    /** Returns an image of an earlier run as it is now. Empty if it is gone. To be asked after the first listing has ended. */
    Optional<BatchImage> current(ResultLine earlier) throws IOException;

    /**
     * An image that can be read until it is given back.
     *
     * @param image  has a file
     * @param sha256 of its bytes, in hex
     */
    record TakenImage(BatchImage image, String sha256) {

        static TakenImage of(BatchImage image) throws IOException {
            return new TakenImage(image, HexFormat.of().formatHex(Hashes.sha256(ImageSource.of(image.file()))));
        }
    }

    /**
     * Takes an image, which may have replaced the listed one.
     *
     * @throws InvalidImageException if only this image can't be read
     * @throws IOException           if none can
     */
    TakenImage take(BatchImage listed) throws IOException;

    /** Gives back an image. Does nothing for one that was only listed. */
    void release(BatchImage image);
}
