"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense, useState } from "react";
import type { RoomItem } from "@/server/contracts/people";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { SearchForm } from "../search-form";
import { readUntil, UntilField } from "../until-field";

const REFRESH_MS = 5_000;
const STATES = ["all", "live", "banned"] as const;
type State = (typeof STATES)[number];

/** Every room, live or not: found, closed by the platform and let go. */
export function RoomsPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("rooms")}</h1>
        <p className={classes.hint}>{t("roomsText")}</p>
      </div>
      <Suspense>
        <Rooms />
      </Suspense>
    </>
  );
}

function Rooms() {
  const t = useTranslations("adminRooms");
  const router = useRouter();
  const text = useSearchParams().get("q") ?? "";
  const [state, setState] = useState<State>("all");
  return (
    <section className={classes.card} aria-label={t("search")}>
      <SearchForm
        key={text}
        label={t("search")}
        placeholder={t("placeholder")}
        submit={t("find")}
        initial={text}
        onSearch={(q) => router.replace(`/admin/rooms?${new URLSearchParams({ q })}`, { scroll: false })}
      />
      <SegmentedControl
        value={state}
        onChange={(value) => setState(STATES.find((one) => one === value) ?? "all")}
        aria-label={t("show")}
        data={STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
      />
      <Found text={text} state={state} />
    </section>
  );
}

function Found({ text, state }: { text: string; state: State }) {
  const t = useTranslations("adminRooms");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [chosen, setChosen] = useState<RoomItem | null>(null);
  const rooms = useInfiniteQuery(
    trpc.room.search.infiniteQueryOptions(
      { text: text || undefined, state: state === "all" ? undefined : state },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  const items = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  if (rooms.isPending) return <ListSkeleton label={t("loading")} />;
  if (rooms.isError && items.length === 0)
    return <ErrorPanel error={rooms.error} onRetry={() => void rooms.refetch()} />;
  if (items.length === 0) return <p className={classes.hint}>{t("none")}</p>;
  return (
    <>
      <div className={classes.tableFrame}>
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="rooms-found">
          <Table.Tbody>
            {items.map((room) => (
              <Table.Tr
                key={room.roomId}
                data-testid="room-row"
                data-room-id={room.roomId}
                data-banned={room.banned}
              >
                <Table.Td>
                  <Link className={classes.link} href={`/room/${room.roomId}`}>
                    {room.title}
                  </Link>
                </Table.Td>
                <Table.Td>
                  <Link className={classes.link} href={`/admin/users?userId=${room.anchor.userId}`}>
                    {room.anchor.nickname}
                  </Link>
                </Table.Td>
                <Table.Td>{room.isLive ? t("live", { viewers: room.viewerCount }) : t("closed")}</Table.Td>
                <Table.Td className={classes.bad}>
                  {room.banned ? t("banned") : ""}
                  {room.ban
                    ? ` · ${room.ban.reason} · ${room.ban.until ? t("untilAt", { at: formats.dateTime(room.ban.until) }) : t("forGood")}`
                    : ""}
                </Table.Td>
                <Table.Td className={classes.right}>
                  <Button
                    size="compact-sm"
                    variant={room.banned ? "default" : "filled"}
                    color={room.banned ? undefined : "red"}
                    onClick={() => setChosen(room)}
                    data-testid={room.banned ? "unban-room" : "ban-room"}
                  >
                    {t(room.banned ? "unban" : "ban")}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {rooms.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={rooms.isFetchingNextPage}
            onClick={() => void rooms.fetchNextPage()}
          >
            {t("more")}
          </Button>
        </div>
      ) : null}
      {chosen ? <BanDialog room={chosen} onClose={() => setChosen(null)} /> : null}
    </>
  );
}

function BanDialog({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const t = useTranslations("adminRooms");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [until, setUntil] = useState("");
  const options = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.room.search.pathKey() });
      onClose();
    },
  };
  const ban = useMutation(trpc.room.ban.mutationOptions(options));
  const unban = useMutation(trpc.room.unban.mutationOptions(options));
  const { roomId, banned } = room;
  return (
    <ReasonDialog
      title={t(banned ? "unbanTitle" : "banTitle", { title: room.title })}
      confirm={t(banned ? "unban" : "ban")}
      danger={!banned}
      isPending={ban.isPending || unban.isPending}
      error={ban.error ?? unban.error}
      onConfirm={(reason) =>
        banned ? unban.mutate({ roomId, reason }) : ban.mutate({ roomId, reason, until: readUntil(until) })
      }
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t(banned ? "unbanText" : "banText")}</p>
      {banned ? null : <UntilField value={until} onChange={setUntil} />}
    </ReasonDialog>
  );
}
