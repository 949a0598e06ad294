package io.github.camelroboflow.embedded;

/**
 * How many threads a net runs on. Images side by side on one thread each give the most images per second; an image that is alone is
 * through sooner on several. Measured on four processors: a net of YOLOv8n's size took 40 ms on one thread and 25 ms on four, while
 * four images side by side made 92 images/s on one thread each and 79 on four each.
 *
 * @param busy  for an image that is not the only one
 * @param alone for an image that is the only one in this JVM
 */
record IntraOpThreads(int busy, int alone) {

    static final int MAX = 256;

    /** More threads than this wait for each other more than they work, on nets of usual size. */
    private static final int MOST_BY_ITSELF = 8;

    /** @param option as in {@link EmbeddedSettings#intraOpThreads} */
    static IntraOpThreads of(int option, int processors) {
        return option > 0 ? new IntraOpThreads(option, option) : new IntraOpThreads(1, Math.min(processors, MOST_BY_ITSELF));
    }

    /** @param images that run or wait, this one included */
    int choose(int images) {
        return images <= 1 ? alone : busy;
    }
}
