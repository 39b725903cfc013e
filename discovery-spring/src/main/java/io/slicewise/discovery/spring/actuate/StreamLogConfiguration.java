package io.slicewise.discovery.spring.actuate;

import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the endpoint and the meters both read; there once if either is. */
@Configuration(proxyBeanMethods = false)
class StreamLogConfiguration {

  @Bean
  @ConditionalOnMissingBean
  StreamLog slicewiseStreamLog() {
    return new StreamLog(InstantSource.system());
  }
}
