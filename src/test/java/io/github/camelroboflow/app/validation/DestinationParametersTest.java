package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.validation.BrokerParameters.BrokerSchemes;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import io.github.camelroboflow.inference.support.ConfigurationException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationParametersTest {

    private static final DestinationParameters VALUES = new DestinationParameters(Settings.of(name -> Optional.empty()));

    /** Joins the mistakes that are found in the settings of a service; empty if there are none. */
    private static String told(String service, Map<String, String> properties) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        new DestinationParameters(Settings.of(name -> Optional.ofNullable(properties.get(name)))).checkService(service, mistakes);
        try {
            mistakes.throwIfAny();
            return "";
        } catch (ConfigurationException e) {
            return e.getMessage();
        }
    }

    private static Map<String, String> s3(String property, String value) {
        return with(Map.of("s3.region", "us-east-1", "s3.overrideEndpoint", "true", "s3.endpoint", "http://localhost:9000"),
                property, value);
    }

    private static Map<String, String> sqs(String property, String value) {
        return with(Map.of("sqs.region", "us-east-1", "sqs.overrideEndpoint", "true", "sqs.endpoint", "http://localhost:9324",
                "sqs.queues", "http://localhost:9324/queue/"), property, value);
    }

    private static Map<String, String> with(Map<String, String> properties, String property, String value) {
        Map<String, String> changed = new HashMap<>(properties);
        changed.put(property, value);
        return changed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com", "http://10.0.0.7:8080/hook?a=b@c", "HTTPS://hooks_of.example/T0KEN",
            "http://[::1]:80/a", "https://bücher.example/ö", "http://home_assistant:8123/", "http://_a:1",
            "https://u:p%40ss@host/a", "https://xn--bcher-kva.example", "http://host./a b|c{d}", "http://b%C3%BCcher.example",
            "http://host:/a",
            "RAW(https://example.com/a?b=c&d=e)", "RAW{https://example.com/a)b}"})
    void aWebhookHasAnAddressOfTheWeb(String url) {
        assertThatCode(() -> VALUES.check("webhook", "url", url, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"htp:/example.com/T0KEN", "example.com/T0KEN", "http://exa mple.com/T0KEN", "file:/tmp/T0KEN",
            "http://host:0/T0KEN",
            "http:///T0KEN", "http://u:T0/KEN@host/a", "http://host:port/T0KEN", "http://a..b/T0KEN", "http://host:70000/T0KEN",
            "http://1.2.3.400/T0KEN", "http://straße.example/T0KEN", "http://ho%zzst/T0KEN", "http://[::1/T0KEN",
            "http://T0KEN@/a", "https:host/T0KEN",
            "RAW(ftp://host/T0KEN)", "host?k=T0KEN"})
    void anyOtherIsRefusedWithoutTellingItsSecrets(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("webhook", "url", url, null))
                .withMessageStartingWith("kamelet:webhook url=").withMessageContaining(" is no http:// or https:// address")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("T0", "KEN"));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "False, true"})
    void aYesOrNoIsTrueOrFalse(String value, String defaultValue) {
        assertThatCode(() -> VALUES.check("s3", "image", value, defaultValue)).doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("s3", "image", "yes", defaultValue))
                .withMessage("kamelet:s3 image=yes: it is true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://localhost:61616", "ssl://a:61617?socket.enabledProtocols=TLSv1.3",
            "amqps://b.servicebus.windows.net", "nio+ssl://a:1",
            "failover:(tcp://a:61616,tcp://b:61616)?timeout=1", "failover:tcp://a:1",
            "failover://(amqp://a:5672)", "vm://broker", "amqpwss://a", "amqp://localhost", "tcp://a:1?jms.useCompression=true",
            "failover:(tcp://a:1?socket.tcpNoDelay=true)", "tcp://[::1]:61616",
            "discovery:(multicast://default)"})
    void aBrokerHasAnAddressWithAScheme(String broker) {
        assertThat(told("queue", Map.of("queue.broker", broker))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:61616", "localhost", "", "tcp:/localhost:61616", "failover:(localhost:61616)"})
    void aBrokerWithoutASchemeIsRefused(String broker) {
        assertThat(told("queue", Map.of("queue.broker", broker))).contains("tcp://localhost:61616");
    }

    /** It counted as down for ever. */
    @ParameterizedTest
    @CsvSource({"tpc://localhost:61616, tpc", "'failover:(tcp://a:1?x=y://z,ampq://u:s3cret@b:1)', ampq",
            "'failovr:(tcp://a:1)', failovr", "TCP://a:1, TCP"})
    void aBrokerWithAnUnknownSchemeIsRefusedWithTheKnownOnes(String broker, String scheme) {
        assertThat(told("queue", Map.of("queue.broker", broker))).startsWith("queue.broker=").doesNotContain("s3cret")
                .endsWith(" can't be used, since there is no " + scheme + ": there are " + BrokerSchemes.KNOWN);
    }

    /** They counted as down, for a day and longer. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tcp://localhost                                | it needs a port
            tcp://localhost:port                           | its port is no number
            tcp://localhost:99999                          | it needs a port, from 1 to 65535
            tcp://my_broker:61616                          | no host name
            tcp://local host:61616                         | Illegal character in authority
            tcp://a:1?user=u&password=s3cret               | Invalid connect parameters: {
            ssl://a:1?trustStorre=s3cret                   | Invalid connect parameters: {
            failover:(tcp://a:1,tcp://b)                   | it needs a port
            failover:(tcp://a:1,tcp://b_c:1)               | no host name
            failover:(tcp://a:1)?timeuot=10                | Invalid connect parameters: {timeuot
            amqp://local host:5672                         | Illegal character in authority
            amqp://my_broker:5672                          | no host name
            amqp://a:port                                  | its port is no number
            amqp://a:99999                                 | it needs a port, from 1 to 65535
            amqp://u:s3cret@a                              | cannot contain a User-Info section
            amqp://a?transport.trustAl=s3cret              | Not all transport options
            amqp://a?jms.usrname=s3cret                    | Not all jms options
            failover:(amqp://a:1,amqp://b:port)            | its port is no number
            failover:(amqp://a:1?transport.trustAl=s3cret) | Not all transport options
            failover:(amqp://a:1)?failover.maxReconnects=1 | Not all options could be set
            """)
    void aBrokerThatItsClientCouldNeverReachIsRefusedInTheClientsWords(String broker, String words) {
        assertThat(told("queue", Map.of("queue.broker", broker))).startsWith("queue.broker=").contains(" can't be used: ", words)
                .doesNotContain("s3cret");
    }

    /** With s3.endpoint=minio:9000, every image ended in failed, or none was taken, without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"minio:9000", "http://mi nio:9000", "ftp://minio:9000", "http://my_minio:9000", "http://minio:99999",
            "http:///a",
            "http://minio:port", "http://minio:0", "http://minio:9000?bucket=a", "http://u:s3cret@minio:9000", "", "minio"})
    void anAddressThatAmazonsClientCanNotAskIsRefused(String endpoint) {
        assertThat(told("s3", s3("s3.endpoint", endpoint))).startsWith("s3.endpoint=")
                .contains("; it is such as http://localhost:9000").doesNotContain("s3cret");
        assertThat(told("sqs", sqs("sqs.endpoint", endpoint))).startsWith("sqs.endpoint=")
                .contains("; it is such as http://localhost:9324").doesNotContain("s3cret");
        Map<String, String> amazons = with(s3("s3.endpoint", endpoint), "s3.overrideEndpoint", "false");
        assertThat(told("s3", amazons)).as("it is not used").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://minio:9000", "https://[::1]:9000", "HTTP://10.0.0.7:8080/v1/AUTH_a", "https://minio.example"})
    void anyOtherAddressIsTaken(String endpoint) {
        assertThat(told("s3", s3("s3.endpoint", endpoint))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a region", "eu_central_1", "", "https://s3.amazonaws.com"})
    void aRegionThatAmazonsClientCanMakeNoAddressOfIsRefused(String region) {
        assertThat(told("s3", s3("s3.region", region)))
                .isEqualTo("s3.region=" + region + " is no region: it is such as eu-central-1");
        assertThat(told("sqs", sqs("sqs.region", region))).startsWith("sqs.region=");
    }

    @ParameterizedTest
    @CsvSource({"sqs.us-east-1.amazonaws.com/1/, neither http", "https://sqs.us-east-1.amazonaws.com/1, must end with a slash",
            "https://my_host/1/, no host name"})
    void queuesOfAmazonsWithoutAnAddressAreRefused(String queues, String words) {
        assertThat(told("sqs", sqs("sqs.queues", queues))).startsWith("sqs.queues=").contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"My_Bucket", "a", "with space", "a/b", "a..b", "-ab", "ab-", "192.168.0.1", "BUCKET", "arn:aws:s3:x"})
    void aBucketThatAmazonCanNotHaveIsRefused(String bucket) {
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("s3", "bucket", bucket, null))
                .withMessageStartingWith("kamelet:s3 bucket=" + bucket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"images", "a.b-c", "0images", "arn:aws:s3:us-west-2:123456789012:accesspoint/test"})
    void anyOtherBucketIsTaken(String bucket) {
        assertThatCode(() -> VALUES.check("s3", "bucket", bucket, null)).doesNotThrowAnyException();
    }

    /** OpenStack's Swift and Ceph have such ones. */
    @ParameterizedTest
    @CsvSource({"My_Bucket, true", "with space, false", "My_Bucket!, false", "a, false"})
    void bucketsOfOtherServersMayHaveCapitalsAndUnderscores(String bucket, boolean taken) {
        DestinationParameters values = new DestinationParameters(Settings.of(name -> Optional.ofNullable(s3("a", "b").get(name))));
        assertThatCode(() -> values.check("s3", "bucket", bucket, null))
                .satisfies(thrown -> assertThat(thrown == null).isEqualTo(taken));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sqs queue   | my queue!
            sqs queue   | a.b
            sqs queue   | .fifo
            kafka topic | my alerts!
            kafka topic | ..
            kafka topic | tóp
            kafka topic | a/b
            s3 bucket   | ä
            folder name | ../../etc
            folder name | a/../../b
            mail to     | ops
            mail to     | ops@example.com; night@example.com
            mail to     | öps@example.com
            mail from   | a@example.com, b@example.com
            mail subject | ${clases}
            mail perHour | 1.5
            mail perHour | 3601
            mqtt topic  | a/+/b
            mqtt topic  | a/#
            mqtt topic  | $SYS/a
            mqtt topic  | a/${image}
            mqtt qos    | 3
            mqtt expiry | 0
            mqtt expiry | tomorrow
            """)
    void aNameThatIsNoneThereIsRefused(String parameter, String value) {
        String[] names = parameter.split(" ");
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check(names[0], names[1], value, null))
                .withMessageStartingWith("kamelet:" + parameter + "=" + value + " ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sqs queue   | alerts-1_b
            sqs queue   | alerts.fifo
            kafka key   | image
            kafka key   | none
            kafka topic | my.alerts_1-b
            queue name  | /queues/alerts
            folder name | a/b c/zahnräder
            webhook url | http://home_assistant:8123/
            mail to     | ops@example.com, "Night, 2" <night@example.com>
            mail from   | Camera 3 <camera@example.com>
            mail perHour | 0
            mail subject | ${counts} in ${image} (${confidence})
            mqtt topic  | factory/${folder}/${class}
            mqtt qos    | 2
            mqtt expiry | 1h
            mqtt expiry | never
            """)
    void aNameThatIsOneIsTaken(String parameter, String value) {
        String[] names = parameter.split(" ");
        assertThatCode(() -> VALUES.check(names[0], names[1], value, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"https://hooks.slack.com/services/T0KEN, true", "RAW(https://a.webhook.office.com/T0KEN), true",
            "https://discord.com/api/webhooks/T0KEN, false", "https://hooks.slack.com.example/T0KEN, false"})
    void aPictureForAReceiverThatTakesNoneIsRefused(String url, boolean refused) {
        Map<String, String> given = Map.of("url", url, "body", "{\"text\": \"${image}\"}", "annotated", "true");

        assertThatCode(() -> VALUES.checkTogether("webhook", given)).satisfies(thrown -> {
            assertThat(thrown != null).isEqualTo(refused);
            assertThat(thrown == null ? "" : thrown.getMessage()).doesNotContain("T0KEN").startsWith(refused
                    ? "kamelet:webhook annotated=true can't go with " : "");
        });
        assertThatCode(() -> VALUES.checkTogether("webhook", with(given, "annotated", "false"))).doesNotThrowAnyException();
    }

    @Test
    void keysAndNamesThatMeanSomethingElseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("kafka", "key", "colour", "deliveryId"))
                .withMessageStartingWith("kamelet:kafka key=colour can't be: ");
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("queue", "name", "a,b", null))
                .withMessageStartingWith("kamelet:queue name=a,b can't be: ");
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("queue", "name", "a\tb", null))
                .withMessageStartingWith("kamelet:queue name=a?b can't be: ");
    }

    @Test
    void namesThatAreTooLongAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("kafka", "topic", "a".repeat(250), null));
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("sqs", "queue", "a".repeat(81), null));
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("s3", "bucket", "a".repeat(64), null));
        assertThatIllegalArgumentException().isThrownBy(() -> VALUES.check("s3", "prefix", "a".repeat(600), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9092", "a:9092, b:9092,", "SSL://a.example:9093", "[::1]:9092", "::1:9092"})
    void brokersOfKafkaHavePorts(String brokers) {
        assertThat(told("kafka", Map.of("kafka.brokers", brokers))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "a:9092,b", "", ",", "a:port", "http://a:9092/", "http://a:9092", "a:99999", "a:0",
            "a :9092", "a:9092 b:9092", "u:T0KEN@a:9092", ":9092"})
    void brokersOfKafkaWithoutPortsAreRefused(String brokers) {
        assertThat(told("kafka", Map.of("kafka.brokers", brokers))).contains("localhost:9092").doesNotContain("T0KEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt://localhost", "tcp://10.0.0.7:1883", "mqtts://broker.example:8883/", "ssl://[::1]:8883"})
    void aBrokerOfMqttHasASchemeAndAHost(String broker) {
        assertThat(told("mqtt", Map.of("mqtt.broker", broker))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1883", "", "http://a:1883", "mqtt://u:T0KEN@a:1883", "mqtt://a:0", "mqtt://a:99999",
            "mqtt://a/T0KEN", "mqtt://a?T0KEN", "mqtt://my_host"})
    void aBrokerOfMqttThatIsNoneIsRefused(String broker) {
        assertThat(told("mqtt", Map.of("mqtt.broker", broker))).startsWith("mqtt.broker=").contains("mqtt://host:port")
                .doesNotContain("T0KEN");
    }

    @Test
    void aStatusTopicIsATopicWithoutPlaceholders() {
        assertThat(told("mqtt", Map.of("mqtt.statusTopic", "a/status"))).isEmpty();
        assertThat(told("mqtt", Map.of("mqtt.statusTopic", "a/#"))).startsWith("mqtt.statusTopic=a/#");
        assertThat(told("mqtt", Map.of("mqtt.statusTopic", "a/${class}"))).startsWith("mqtt.statusTopic=a/${class}");
    }

    @ParameterizedTest
    @CsvSource({"localhost, true", "smtp.example.com:2525, true", "[::1]:25, true", "smtp.example.com:0, false", "smtp://a, false",
            "u:p@a, false", "'', false", "a b, false"})
    void aMailServerIsAHostAndAPort(String server, boolean taken) {
        assertThat(told("mail", Map.of("mail.server", server)).isEmpty()).isEqualTo(taken);
    }
}
