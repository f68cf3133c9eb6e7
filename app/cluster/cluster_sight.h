/*
 * Who sees what of what companies say to the hub: competitors read each other's needs, so it is one
 * table (cluster_sight.c), asked by every page, API answer, feed, export and mail that shows one of
 * these things. What a search finds and what is counted goes by it, too.
 */
#ifndef SAMLING_CLUSTER_SIGHT_H
#define SAMLING_CLUSTER_SIGHT_H

#include "http/request.h"

enum sight_object {
    SIGHT_NEED,          /* a need or an offer */
    SIGHT_THEME,         /* a common denominator of needs */
    SIGHT_MATCH,         /* a need beside an offer; its owners are both sides */
    SIGHT_EXPECTATION,   /* what a company expects of the network and brings to it */
    SIGHT_SERVICE,       /* a service that was asked for */
    SIGHT_GOAL,          /* of the cluster */
    SIGHT_SURVEY_ANSWER, /* its owner is who answered */
    SIGHT_REPORT,
    SIGHT_BOOKING, /* of a room; counted: that it is taken is seen, not for what */
    SIGHT_OBJECTS
};
/* How far its owner has opened it, or how far it has come. */
enum sight_openness {
    SIGHT_CLOSED,  /* match: proposed; booking: by hand; survey answer: anonymous; report: draft */
    SIGHT_MEMBERS, /* match: asked; survey answer: named; report: frozen */
    SIGHT_PUBLIC,  /* match: both want it; booking: for a gathering */
    SIGHT_OPENNESSES
};
enum sight_viewer {
    SIGHT_BY_ORGANISER,   /* admin and organiser */
    SIGHT_BY_VIEWER,      /* board, funder */
    SIGHT_BY_OWNER,       /* its organisation's own representative; of an answer: who gave it */
    SIGHT_BY_MEMBER,      /* another organisation's */
    SIGHT_BY_PARTICIPANT, /* who holds a personal link or a door */
    SIGHT_BY_NOBODY,
    SIGHT_VIEWERS
};
enum sight_extent {
    SIGHT_NOTHING, /* not even that it is there */
    SIGHT_COUNT,   /* as one of SIGHT_COUNT_MIN or more, never by itself */
    SIGHT_TEXT,    /* what it says, not whose it is */
    SIGHT_ALL
};
/* A count of fewer organisations than this would say who they are. */
#define SIGHT_COUNT_MIN 3

enum sight_extent sight(enum sight_object object, enum sight_openness openness,
                        enum sight_viewer viewer);
/* Names in the database and the API: "closed", "members", "public"; NULL for none. */
const char *sight_openness_name(enum sight_openness openness);
/* false: no openness is called so. */
bool sight_openness_of(const char *name, enum sight_openness *out);
/* Who asks, of something that is not of any organisation or of another's; their owner is who the
 * feature knows them to be. */
enum sight_viewer sight_viewer_of(const struct identity *who);

#endif
