package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.delivery.bucket.BucketSettings.After;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.source.ImageNameFilter;

/** Declares the bucket that images come to, and the queue of its events. */
final class BucketProperties {

    static final PropertyList ALL = new PropertyList();

    /** The longest time for which SQS hides a message, in seconds. */
    private static final int LONGEST_VISIBILITY = 43_200;

    static final Property<String> S3_BUCKET = ALL.text("s3.bucket", "images", """
            --- The routes watch-bucket and watch-bucket-events. src/main/docs/buckets.adoc lists the rights that they need. \
            Do not write credentials here: the program finds them where all of Amazon's tools do, in the environment variables \
            AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in ~/.aws, or in the role of the machine""");
    static final Property<String> S3_REGION = ALL.text("s3.region", "us-east-1", "");
    static final Property<Boolean> S3_OVERRIDE_ENDPOINT = ALL.yesOrNo("s3.overrideEndpoint", "false",
            "For MinIO and similar servers: true, their address, and true");
    static final Property<String> S3_ENDPOINT = ALL.text("s3.endpoint", "http://localhost:9000", "");
    static final Property<Boolean> S3_FORCE_PATH_STYLE = ALL.yesOrNo("s3.forcePathStyle", "false", "");
    static final InboxProperties S3_INBOX = new InboxProperties(ALL, "s3.", """
            Images arrive here: a prefix that ends with a slash, or nothing for the whole bucket. The names below it are \
            kept""", """
            The end of a finished image. move: it goes to done or failed. tag: it stays and gets the tag \
            camel-roboflow=done or failed. leave: it stays as it is. delivery.database remembers images that were tagged \
            or left, until they are gone from the bucket; for this the bucket is listed once a day""",
            "Moved images are here when their results are delivered",
            "Moved images that failed are here, with the reason in <name>.error.json. The reports are here in any case", """
            Patterns of names below the inbox that are taken, and of names that are not, such as line-1/**,*.png. * stands \
            for any characters except a slash, ** for any folders. Empty: all names are taken""",
            "Larger objects fail without a download",
            "The time between two looks into the bucket, in milliseconds. Each look is a request that Amazon charges for",
            "The number of images that are read from the bucket at a time");
    static final Property<String> SQS_QUEUE = ALL.text("sqs.queue", "images", """
            --- The route watch-bucket-events: the queue to which S3 sends event notifications of new objects. Its address \
            and region are those of kamelet:sqs, below""");
    static final Property<Integer> SQS_VISIBILITY_TIMEOUT = ALL.number("sqs.visibilityTimeout", "60", 1, LONGEST_VISIBILITY, """
            The time after a crash until another program gets the message, in seconds. It is extended while an image is \
            processed""");

    private BucketProperties() {
    }

    static S3Settings s3(PropertyValues values) {
        return new S3Settings(values.get(S3_REGION), values.get(S3_OVERRIDE_ENDPOINT), values.get(S3_ENDPOINT),
                values.get(S3_FORCE_PATH_STYLE));
    }

    static BucketSettings bucket(PropertyValues values) {
        return S3_INBOX.bucket(values, values.get(S3_BUCKET));
    }

    static ImageNameFilter images(PropertyValues values) {
        return S3_INBOX.images(values);
    }

    /** The properties of a bucket of any cloud that images come to. */
    static final class InboxProperties {

        private final Property<String> inbox;
        private final Property<After> after;
        private final Property<String> done;
        private final Property<String> failed;
        private final Property<String> include;
        private final Property<String> exclude;
        private final Property<Long> maxSize;

        /**
         * Declares them.
         *
         * @param prefix   the beginning of their names
         * @param comments the comments of all but {@code exclude}, in the order of the file
         */
        InboxProperties(PropertyList all, String prefix, String... comments) {
            inbox = all.text(prefix + "inbox", "inbox/", comments[0]);
            after = all.choice(prefix + "after", "move", After.values(), comments[1]);
            done = all.text(prefix + "done", "done/", comments[2]);
            failed = all.text(prefix + "failed", "failed/", comments[3]);
            include = all.patterns(prefix + "include", "", comments[4]);
            exclude = all.patterns(prefix + "exclude", "", "");
            maxSize = all.size(prefix + "maxSize", "500MB", comments[5]);
            all.duration(prefix + "delay", "1000", comments[6]);
            all.number(prefix + "concurrency", "8", 1, Integer.MAX_VALUE, comments[7]);
        }

        BucketSettings bucket(PropertyValues values, String name) {
            boolean isRole = ScaleProperties.isRole(values);
            // all workers count the tries of an image together
            return new BucketSettings(name, values.get(inbox), values.get(done), values.get(failed), values.get(after),
                    values.get(maxSize), values.get(isRole ? ScaleProperties.SCALE_LOCAL : FolderProperties.WORK),
                    isRole ? Integer.MAX_VALUE : values.get(FolderProperties.INBOX_MAX_ATTEMPTS));
        }

        ImageNameFilter images(PropertyValues values) {
            return new ImageNameFilter(values.get(FolderProperties.INBOX_EXTENSIONS), values.get(include), values.get(exclude));
        }
    }
}
