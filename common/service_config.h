/*
 * The settings of the service that is being built: the shared rows and those
 * of SERVICE_CONFIG, a header of CONFIG() rows named on the command line.
 */
#ifndef ZAEDNO_SERVICE_CONFIG_H
#define ZAEDNO_SERVICE_CONFIG_H

#include "config.h"

static const struct config_row service_config[] = {
#define CONFIG(key, type, def, min, max, doc) { key, type, def, min, max, doc },
#include "tbl/config_service.h"
#include SERVICE_CONFIG
#undef CONFIG
};

static const size_t service_config_len =
    sizeof(service_config) / sizeof(service_config[0]);

#endif
